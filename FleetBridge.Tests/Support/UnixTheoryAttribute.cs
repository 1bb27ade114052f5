namespace FleetBridge.Tests.Support;

/// <summary>A theory about something that only Unix has.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "This system has no such thing.";
        }
    }
}
