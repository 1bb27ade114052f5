namespace FleetBridge.Fleet.Local;

/// <summary>How long to wait before a game server is started again: longer each time that it has not become ready.</summary>
internal sealed class RestartPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>A server that lives this long works.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(60);

    private TimeSpan _next = First;

    /// <summary>The pause after a life.</summary>
    /// <param name="hadSession">Whether the server has had its game session: then it ends as it should.</param>
    /// <param name="life">How long it lived.</param>
    public TimeSpan After(bool hadSession, TimeSpan life)
    {
        if (hadSession || life >= LongLife)
        {
            _next = First;
        }

        var pause = _next;
        _next = _next * 2 > Longest ? Longest : _next * 2;
        return pause;
    }
}
