using System.Text.RegularExpressions;

namespace FleetBridge.Core.Scripting;

/// <summary>A package that a script names with <c>#r "nuget: Name, 1.2.3"</c>, as C# Interactive and notebooks write it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
internal sealed partial record ScriptPackage(string Name, string Version)
{
    private const string Scheme = "nuget:";

    /// <summary>Whether a reference is meant as a package.</summary>
    /// <param name="reference">What is between the quotes.</param>
    public static bool Is(string reference) => reference.TrimStart().StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a reference.</summary>
    /// <param name="reference">What is between the quotes.</param>
    /// <param name="script">The script that has it.</param>
    /// <exception cref="ScriptException">It has no version, or is no package's name.</exception>
    public static ScriptPackage Read(string reference, string script) =>
        Written().Match(reference) is { Success: true } match
            ? new ScriptPackage(match.Groups["name"].Value, match.Groups["version"].Value)
            : throw new ScriptException(
                $"{script}: error: #r \"{reference}\" is not a package with its version. Write it as #r \"nuget: Name, 1.2.3\".");

    [GeneratedRegex(@"^\s*nuget:\s*(?<name>[A-Za-z0-9_]([A-Za-z0-9_.-]{0,99}))\s*,\s*(?<version>[0-9][0-9A-Za-z.+-]{0,63})\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
