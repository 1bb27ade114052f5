using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The secrets that were in use, so that no text that leaves has one of them: AWS's own messages repeat what was sent, a
/// session token among it, in a form that no pattern knows.
/// </summary>
internal sealed class Secrets
{
    private const string Instead = "[hidden]";

    /// <summary>Shorter ones would make holes into other words; AWS has none.</summary>
    private const int Shortest = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = [];

    /// <summary>Remembers credentials that are about to be used.</summary>
    /// <param name="credentials">The credentials.</param>
    public void Keep(ImmutableCredentials credentials)
    {
        Keep(credentials.AccessKey);
        Keep(credentials.SecretKey);
        Keep(credentials.Token);
    }

    /// <summary>Remembers a secret of any kind.</summary>
    /// <param name="secret">The secret.</param>
    public void Keep(string? secret)
    {
        if (secret is { Length: >= Shortest })
        {
            lock (_lock)
            {
                _known.Add(secret);
            }
        }
    }

    /// <summary>A text without them.</summary>
    /// <param name="text">The text.</param>
    public string Hide(string text)
    {
        lock (_lock)
        {
            foreach (var secret in _known)
            {
                text = text.Replace(secret, Instead, StringComparison.Ordinal);

                // as it stands in an address
                text = text.Replace(Uri.EscapeDataString(secret), Instead, StringComparison.Ordinal);
            }
        }

        return text;
    }

    /// <summary>A problem without them, in its trace neither.</summary>
    /// <param name="problem">The problem.</param>
    public BackendException Hide(BackendException problem)
    {
        var trace = problem.InnerException is { } inner ? new TraceException(Hide(inner.ToString())) : null;
        return problem.Remedy is { } remedy
            ? new BackendException(Hide(problem.Message), Hide(remedy), trace)
            : new BackendException(Hide(problem.Message), trace!);
    }

    /// <summary>The text of an exception; the exception itself would say all that was in it.</summary>
    private sealed class TraceException(string text) : Exception
    {
        public override string Message => text;

        public override string ToString() => text;
    }
}

/// <summary>Credentials that tell <see cref="Secrets"/> what they give out.</summary>
/// <param name="inner">Whose they are.</param>
/// <param name="secrets">Who has to know.</param>
internal sealed class KnownCredentials(AWSCredentials inner, Secrets secrets) : AWSCredentials, IDisposable
{
    /// <inheritdoc/>
    public override DateTime? Expiration => inner.Expiration;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        var given = inner.GetCredentials();
        secrets.Keep(given);
        return given;
    }

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var given = await inner.GetCredentialsAsync().ConfigureAwait(false);
        secrets.Keep(given);
        return given;
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
