using System.CommandLine;

namespace FleetBridge.Options;

/// <summary>The option that turns a command's result into JSON.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print JSON, for programs." };
}
