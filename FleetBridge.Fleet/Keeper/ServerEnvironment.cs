using System.Collections;

namespace FleetBridge.Fleet.Keeper;

/// <summary>The environment of a server: the worker's, without what is nobody else's business, and the configuration's.</summary>
internal static class ServerEnvironment
{
    /// <summary>Secrets of FleetBridge and AWS, and what a service manager or the .NET host has meant for the worker alone.</summary>
    private static readonly string[] Withheld =
        ["FLEETBRIDGE_", "AWS_", "NOTIFY_SOCKET", "LISTEN_", "INVOCATION_ID", "JOURNAL_STREAM", "WATCHDOG_", "CREDENTIALS_DIRECTORY", "DOTNET_"];

    /// <summary>Where a server that is a .NET program finds its runtime.</summary>
    private const string RuntimeFolder = "DOTNET_ROOT";

    /// <summary>Composes it.</summary>
    /// <param name="own">The configuration's variables, which win.</param>
    public static SortedDictionary<string, string> Compose(IReadOnlyDictionary<string, string> own)
    {
        var all = new SortedDictionary<string, string>(
            OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (name.Length > 0 && IsPassedOn(name))
            {
                all[name] = (string?)variable.Value ?? "";
            }
        }

        foreach (var (name, value) in own)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>Whether a server gets a variable of the worker's.</summary>
    internal static bool IsPassedOn(string name) => Begins(name, RuntimeFolder) || !Array.Exists(Withheld, start => Begins(name, start));

    private static bool Begins(string name, string start) => name.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
