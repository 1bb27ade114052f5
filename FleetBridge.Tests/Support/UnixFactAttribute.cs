namespace FleetBridge.Tests.Support;

/// <summary>A test of what only Unix has: signals, shells, a desktop that is called by name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "This system has no such thing.";
        }
    }
}
