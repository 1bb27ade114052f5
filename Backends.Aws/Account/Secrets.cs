using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The secrets that were in use, which are redacted from every text that leaves the backend: AWS's messages quote what was sent,
/// such as a session token, in a form that no pattern recognises.
/// </summary>
internal sealed class Secrets
{
    private const string Replacement = "[hidden]";

    /// <summary>Shorter texts might be parts of ordinary words; AWS has no shorter secrets.</summary>
    private const int ShortestLength = 8;

    /// <summary>A trace with the longest message that AWS's responses have room for would be longer.</summary>
    private const int LongestText = 256 * 1024;
    private const int LongestSecret = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _secrets = [];

    /// <summary>Adds credentials that are about to be used.</summary>
    public void Add(ImmutableCredentials credentials)
    {
        Add(credentials.AccessKey);
        Add(credentials.SecretKey);
        Add(credentials.Token);
    }

    /// <summary>Adds a secret of any kind.</summary>
    public void Add(string? secret)
    {
        if (secret is { Length: >= ShortestLength })
        {
            lock (_lock)
            {
                _secrets.Add(secret);
            }
        }
    }

    /// <summary>A text without the secrets.</summary>
    public string Redact(string text)
    {
        lock (_lock)
        {
            if (text.Length <= LongestText)
            {
                return EscapedText.Replace(text, _secrets, Replacement);
            }

            // The end may be half of a secret, so as much as any secret has is left out.
            var hidden = EscapedText.Replace(text[..LongestText], _secrets, Replacement);
            return hidden[..Math.Max(0, hidden.Length - LongestSecret)] + "…";
        }
    }

    /// <summary>A problem whose message, remedy and trace are without the secrets.</summary>
    public BackendException Redact(BackendException problem)
    {
        var trace = problem.InnerException is { } inner ? new TraceException(Redact(inner.ToString())) : null;
        return problem.Remedy is { } remedy
            ? new BackendException(Redact(problem.Message), Redact(remedy), trace)
            : new BackendException(Redact(problem.Message), trace!);
    }

    /// <summary>The redacted text in place of an exception, whose own text has the secrets.</summary>
    private sealed class TraceException(string text) : Exception
    {
        public override string Message => text;

        public override string ToString() => text;
    }
}
