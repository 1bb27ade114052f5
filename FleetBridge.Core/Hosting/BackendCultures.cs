using System.Globalization;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The languages that a backend brings. The program starts without the system's tables of cultures (ICU), which would cost a start a fifth
/// more, and which a Linux without libicu lacks. A culture exists by its name, and resources of just this name are found; but no culture
/// has a parent or formats of its own.
/// </summary>
internal static class BackendCultures
{
    /// <summary>Gives the program the tables.</summary>
    public const string Setting = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0";

    private const string Resources = "*.resources.dll";

    /// <summary>What to say when a backend with languages is loaded.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>Null where it has none, or where the program has the tables.</returns>
    public static string? FindNote(string folder)
    {
        var names = Directory.EnumerateDirectories(folder)
            .Where(language => Directory.EnumerateFiles(language, Resources).Any()).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        return names.Count > 0 && IsInvariant
            ? $"It has texts in {string.Join(", ", names)}. The bridge runs without the system's tables of cultures: texts are found by exactly "
                + $"these names, and numbers and dates are the invariant culture's. To change that, start the bridge with {Setting}; on "
                + "Linux this needs libicu."
            : null;
    }

    private static bool IsInvariant => CultureInfo.GetCultureInfo("de-DE").NumberFormat.NumberDecimalSeparator == ".";
}
