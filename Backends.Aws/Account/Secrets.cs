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
            foreach (var secret in _secrets)
            {
                text = text.Replace(secret, Replacement, StringComparison.Ordinal);

                // as in an address
                text = text.Replace(Uri.EscapeDataString(secret), Replacement, StringComparison.Ordinal);
            }
        }

        return text;
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
