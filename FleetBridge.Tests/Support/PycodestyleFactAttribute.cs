namespace FleetBridge.Tests.Support;

/// <summary>A test that needs pycodestyle in the machine's python3.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PycodestyleFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Installed = new(() => Python.Missing is null
        && Task.Run(() => Python.RunAsync("", "-c", "import pycodestyle")).GetAwaiter().GetResult().Code == 0);

    public PycodestyleFactAttribute()
    {
        if (!Installed.Value)
        {
            Skip = "This machine's python3 has no pycodestyle.";
        }
    }
}
