using FleetBridge.Core.Text;

namespace FleetBridge.Core.Security;

/// <summary>Text from elsewhere, short enough for a message: without secrets, and on one line.</summary>
internal static class ShortText
{
    private const int Longest = 100;

    /// <summary>No more of a text is looked at, so that its length costs nothing.</summary>
    private const int MostRead = 2048;

    /// <summary>The beginning of a text. Secrets are hidden first: of one that is cut, nothing could be recognised.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters it may have.</param>
    public static string Of(string text, int longest = Longest)
    {
        var most = Math.Max(MostRead, 2 * longest);

        // the patterns know the … of a text that was cut
        var shown = VisibleText.Of(Redaction.Clean(text.Length <= most ? text : $"{text.AsSpan(0, most)}…"));
        if (shown.Length <= longest)
        {
            return shown;
        }

        return $"{shown.AsSpan(0, char.IsHighSurrogate(shown[longest - 1]) ? longest - 1 : longest)}…";
    }
}
