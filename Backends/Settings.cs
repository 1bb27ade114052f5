using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace FleetBridge.Backends;

/// <summary>A request's settings: what it carried, the defaults for the rest, all of it checked.</summary>
public sealed partial class Settings
{
    private const int MostUnknownNamed = 10;

    private readonly Dictionary<string, string?> _values;

    private Settings(Dictionary<string, string?> values) => _values = values;

    /// <summary>Every setting in the order of its declaration; null where neither the request nor a default gave one.
    /// </summary>
    public IReadOnlyCollection<KeyValuePair<string, string?>> All => _values;

    /// <summary>A setting that the operation cannot do without.</summary>
    /// <param name="key">The setting's key.</param>
    /// <returns>Its value, never blank.</returns>
    /// <exception cref="BackendException">The request did not carry it and it has no default.</exception>
    public string this[string key] => Find(key) ?? throw new BackendException(
        $"The setting '{key}' is required and is not set.",
        $"Set it in the editor's plugin settings, or give --{key.Replace('_', '-')} on the command line.");

    /// <summary>A setting that the operation can do without.</summary>
    /// <param name="key">The setting's key.</param>
    /// <returns>Its value; null when the request did not carry it and it has no default.</returns>
    public string? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>Fills in the defaults and checks everything, reporting all that is wrong at once.</summary>
    /// <param name="declared">The settings that the backend knows.</param>
    /// <param name="parameters">What the request carried.</param>
    /// <param name="settings">The settings; null when there is a problem.</param>
    /// <param name="problems">Every problem, each a sentence that names the key; empty on success.</param>
    /// <returns>Whether the settings can be used.</returns>
    public static bool TryResolve(
        IReadOnlyList<Setting> declared,
        IReadOnlyDictionary<string, string> parameters,
        [NotNullWhen(true)] out Settings? settings,
        out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var keys = declared.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        var unknown = parameters.Keys.Where(key => !keys.Contains(key)).ToList();
        found.AddRange(unknown.Take(MostUnknownNamed).Select(key => $"Unknown setting '{Shorten(key)}'."));
        if (unknown.Count > MostUnknownNamed)
        {
            found.Add($"{unknown.Count - MostUnknownNamed} more settings are unknown.");
        }

        if (unknown.Count > 0)
        {
            found.Add(declared.Count == 0 ? "This backend has no settings." : $"Known settings: {string.Join(", ", keys)}.");
        }

        var values = new Dictionary<string, string?>(declared.Count, StringComparer.Ordinal);
        foreach (var setting in declared)
        {
            values[setting.Key] = Value(setting, declared, parameters, declared.Count);
        }

        foreach (var setting in declared)
        {
            if (values[setting.Key] is { } value && setting.Validate?.Invoke(value) is { } problem)
            {
                found.Add($"The setting {setting.Key} '{Shorten(value)}' {problem}.");
            }
        }

        problems = found;
        settings = found.Count == 0 ? new Settings(values) : null;
        return settings is not null;
    }

    /// <summary>
    /// What was given, as it is; else the default. A default may speak of another setting, which may itself be a default
    /// that does; the depth ends a circle of them.
    /// </summary>
    private static string? Value(
        Setting setting, IReadOnlyList<Setting> declared, IReadOnlyDictionary<string, string> parameters, int depth)
    {
        if (parameters.TryGetValue(setting.Key, out var given))
        {
            return given;
        }

        if (depth == 0 || setting.Default is null || !setting.Default.Contains('[', StringComparison.Ordinal))
        {
            return setting.Default;
        }

        return KeyInBrackets().Replace(setting.Default, match =>
            declared.FirstOrDefault(other => other.Key == match.Groups[1].Value) is { } other
                ? Value(other, declared, parameters, depth - 1) ?? ""
                : match.Value);
    }

    [GeneratedRegex(@"\[([^\[\]]+)\]")]
    private static partial Regex KeyInBrackets();

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}…";
}
