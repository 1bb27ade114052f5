using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace FleetBridge.Starters;

/// <summary>
/// The name of a new backend. On every system it becomes a folder, a segment of every request, an option's value and a class,
/// so it is more restricted than the names that the bridge accepts for existing folders.
/// </summary>
internal sealed partial class BackendName
{
    /// <summary>The form of a name, as the end of a sentence.</summary>
    public const string Rule = "lower-case letters and digits, with single '-' or '_' between them; it starts with a letter and "
        + "has at most 50 characters, such as my-backend";

    private const int MostCharacters = 50;
    private const string ClassSuffix = "Backend";

    private readonly string[] _words;

    private BackendName(string text) => (Text, _words) = (text, text.Split('-', '_'));

    /// <summary>The name itself, such as <c>my-game</c>.</summary>
    public string Text { get; }

    /// <summary>
    /// The class, such as <c>MyGameBackend</c>. With this ending it is never a C# keyword, nor the name of something else in the
    /// source.
    /// </summary>
    public string ClassName
    {
        get
        {
            var name = string.Concat(_words.Select(Capitalize));
            return name.Length > ClassSuffix.Length && name.EndsWith(ClassSuffix, StringComparison.Ordinal) ? name : name + ClassSuffix;
        }
    }

    /// <summary>What people read, such as <c>My game</c>.</summary>
    public string Title => Capitalize(string.Join(' ', _words));

    /// <summary>Parses a name.</summary>
    /// <param name="problem">Why the text is not a valid name, as a sentence; null when it is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out BackendName? name, [NotNullWhen(false)] out string? problem)
    {
        problem = text.Length > MostCharacters || !Shape().IsMatch(text)
            ? $"'{text}' is not a valid backend name. A name has {Rule}."
            : Device().IsMatch(text) ? $"'{text}' is not a valid backend name: it is a device on Windows." : null;
        name = problem is null ? new BackendName(text) : null;
        return name is not null;
    }

    private static string Capitalize(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex(@"\A[a-z][a-z0-9]*([-_][a-z0-9]+)*\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(con|prn|aux|nul|(com|lpt)[0-9])\z")]
    private static partial Regex Device();
}
