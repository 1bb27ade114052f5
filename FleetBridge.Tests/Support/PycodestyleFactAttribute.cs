namespace FleetBridge.Tests.Support;

/// <summary>A test that needs pycodestyle: the command on the PATH, or a module of the machine's python3.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PycodestyleFactAttribute : FactAttribute
{
    public PycodestyleFactAttribute()
    {
        if (Pycodestyle.Command is null)
        {
            Skip = "This machine has no pycodestyle, neither on the PATH nor in its python3.";
        }
    }
}
