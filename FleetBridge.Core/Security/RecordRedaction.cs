namespace FleetBridge.Core.Security;

/// <summary>
/// Hides secrets in the records of one logger, also one whose name is at the end of a record and whose value is in the next, and a
/// private key whose lines are records of their own.
/// </summary>
internal sealed class RecordRedaction
{
    /// <summary>More records than a key has lines: whatever follows is not its rest any more.</summary>
    private const int MostLines = 128;

    private volatile int _open;
    private int _linesLeft;

    /// <summary>A record's text without secrets.</summary>
    /// <param name="text">The text.</param>
    public string Clean(string text)
    {
        var before = (OpenSecret)_open;
        var cleaned = Redaction.Clean(text, out var open);
        if (open != OpenSecret.None)
        {
            (_linesLeft, _open) = (MostLines, (int)open);
        }

        return before switch
        {
            OpenSecret.Name => Continue(open, RedactionPatterns.ReplaceValue(cleaned)),
            OpenSecret.PrivateKey => ContinueKey(cleaned, open),
            _ => cleaned,
        };
    }

    private string ContinueKey(string text, OpenSecret open)
    {
        if (text.Contains("-----END", StringComparison.Ordinal) || Interlocked.Decrement(ref _linesLeft) <= 0)
        {
            return Continue(open, text);
        }

        return RedactionPatterns.IsKeyLine(text) ? Redaction.Instead : text;
    }

    private string Continue(OpenSecret open, string text)
    {
        if (open == OpenSecret.None)
        {
            _open = (int)OpenSecret.None;
        }

        return text;
    }
}
