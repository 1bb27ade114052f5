namespace FleetBridge.Tests.Support;

/// <summary>A test that reads and packs gigabytes, which not every run has the time for.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LargeFileFactAttribute : FactAttribute
{
    /// <summary>Set to 1 to run it.</summary>
    private const string Variable = "FLEETBRIDGE_TEST_LARGE_FILES";

    public LargeFileFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1")
        {
            Skip = $"It packs gigabytes, which takes a while; set {Variable}=1 to run it.";
        }
    }
}
