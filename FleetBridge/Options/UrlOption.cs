using System.CommandLine;

namespace FleetBridge.Options;

/// <summary>The option that names a running bridge.</summary>
internal static class UrlOption
{
    private const string Example = "http://localhost:8000";

    public static Option<Uri?> Create() => new("--url")
    {
        Description = $"Use the running bridge, or the gateway, at this address, such as {Example}, instead of this process.",
        CustomParser = result => HttpAddress.Read(result, "a bridge", Example),
    };
}
