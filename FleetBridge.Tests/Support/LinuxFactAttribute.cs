namespace FleetBridge.Tests.Support;

/// <summary>A test that looks into <c>/proc</c>.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "This system has no /proc.";
        }
    }
}
