using System.Globalization;
using System.Text.RegularExpressions;
using FleetBridge.Backends.Files;

namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>What Steam has written about an installed app: <c>steamapps/appmanifest_&lt;app&gt;.acf</c>.</summary>
/// <param name="Count">How many there are for the app; only one is right.</param>
/// <param name="State">StateFlags; 4 is installed.</param>
/// <param name="BuildId">The build.</param>
/// <param name="Bytes">Its size.</param>
internal sealed partial record SteamManifest(int Count, uint? State = null, string? BuildId = null, long? Bytes = null)
{
    private const int MostBytes = 1024 * 1024;

    private static readonly EnumerationOptions Everywhere =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Whether it says that the app is installed, and nothing else.</summary>
    public bool IsInstalled => Count == 1 && State == SteamStates.Installed;

    /// <summary>The manifest's path in an install.</summary>
    public static string PathIn(string folder, string app) => Path.Combine(folder, "steamapps", NameOf(app));

    /// <summary>Reads what an install has.</summary>
    /// <param name="folder">The install.</param>
    /// <param name="app">The app id.</param>
    public static SteamManifest Read(string folder, string app)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder, NameOf(app), Everywhere).Take(2).ToList();
            return files is [var file] ? Parse(UserFile.ReadAllText(file, MostBytes)) : new SteamManifest(files.Count);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new SteamManifest(0);
        }
    }

    /// <summary>Reads a manifest's text.</summary>
    public static SteamManifest Parse(string text)
    {
        // deeper blocks have keys of the same names: those of the app come first
        var values = Pair.Matches(text).GroupBy(pair => pair.Groups[1].Value, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pairs => pairs.Key, pairs => pairs.First().Groups[2].Value, StringComparer.OrdinalIgnoreCase);
        return new SteamManifest(
            1,
            uint.TryParse(values.GetValueOrDefault("StateFlags"), NumberStyles.None, CultureInfo.InvariantCulture, out var state) ? state : null,
            values.GetValueOrDefault("buildid"),
            long.TryParse(values.GetValueOrDefault("SizeOnDisk"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null);
    }

    private static string NameOf(string app) => $"appmanifest_{app}.acf";

    [GeneratedRegex("^\\s*\"([^\"]+)\"\\s+\"((?:[^\"\\\\]|\\\\.)*)\"\\s*$", RegexOptions.Multiline)]
    private static partial Regex Pair { get; }
}
