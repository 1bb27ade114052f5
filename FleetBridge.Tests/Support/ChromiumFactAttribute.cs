namespace FleetBridge.Tests.Support;

/// <summary>A test that needs a Chromium on the machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Missing;
}
