using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace FleetBridge.Starters;

/// <summary>
/// The name of a new backend. It becomes a folder, a segment of every request, an option's value and a class, on every
/// system; so it is narrower than what the bridge finds in folders that are there.
/// </summary>
internal sealed partial class BackendName
{
    /// <summary>What a name may be, as the end of a sentence.</summary>
    public const string Rule = "lower-case letters and digits, with single '-' or '_' between them; it begins with a letter and "
        + "has 50 characters at most, such as my-backend";

    private const int MostCharacters = 50;
    private const string ClassSuffix = "Backend";

    private readonly string[] _words;

    private BackendName(string text) => (Text, _words) = (text, text.Split('-', '_'));

    /// <summary>The name itself, such as <c>my-game</c>.</summary>
    public string Text { get; }

    /// <summary>
    /// The class, such as <c>MyGameBackend</c>. That it ends so keeps it from being a keyword of C#, or the name of something
    /// else that the source speaks of.
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

    /// <summary>Takes a name.</summary>
    /// <param name="text">What the user has typed.</param>
    /// <param name="name">The name; null when it cannot be one.</param>
    /// <param name="problem">Why it cannot be one, as a sentence; null when it can.</param>
    /// <returns>Whether it can be one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out BackendName? name, [NotNullWhen(false)] out string? problem)
    {
        problem = text.Length > MostCharacters || !Shape().IsMatch(text)
            ? $"'{text}' cannot be a backend's name. A name has {Rule}."
            : Device().IsMatch(text) ? $"'{text}' cannot be a backend's name: on Windows it is a device." : null;
        name = problem is null ? new BackendName(text) : null;
        return name is not null;
    }

    private static string Capitalize(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex(@"\A[a-z][a-z0-9]*([-_][a-z0-9]+)*\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(con|prn|aux|nul|(com|lpt)[0-9])\z")]
    private static partial Regex Device();
}
