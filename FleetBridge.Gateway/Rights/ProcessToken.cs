namespace FleetBridge.Gateway.Rights;

/// <summary>
/// A token that a process makes for itself, to use a gateway of the same user. It is made when it is first needed, is used for every
/// connection, and is revoked at the end; one of a process that was killed goes when the tokens are looked at next.
/// </summary>
/// <param name="tokens">The tokens.</param>
/// <param name="name">Whose it is, as the list of tokens shows it.</param>
/// <param name="role">What it allows.</param>
/// <param name="clock">The clock.</param>
internal sealed class ProcessToken(LocalTokens tokens, string name, Role role, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>A connection is closed when its token ends, and comes back with the next one.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<string> _made = [];
    private string? _text;
    private DateTimeOffset _renew;

    /// <summary>The token.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                if (_text is null || now >= _renew)
                {
                    // the last one stays: the present connection has it
                    _made.Add(tokens.Make(name, role, Lifetime, out _text, LocalTokenHolder.Own).Id);
                    _renew = now + Lifetime - Margin;
                }

                return _text;
            }
        }
    }

    /// <summary>Revokes what was made. What cannot be revoked goes with the process, or ends by itself.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var id in _made)
            {
                try
                {
                    tokens.Revoke(id);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // the next process that changes the tokens removes it
                }
            }

            _made.Clear();
            _text = null;
        }
    }
}
