namespace FleetBridge.Core.Text;

/// <summary>Text from elsewhere, short enough for a message.</summary>
internal static class ShortText
{
    private const int Longest = 100;

    /// <summary>The beginning of a text.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";
}
