using System.Net.WebSockets;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// One connection of a game server: its requests to the fleet, the fleet's pushes to it. Pushes are held back until the server can
/// take them: the SDKs lose what comes before they hold themselves ready, which they show by their first heartbeat. A server that
/// has shown it on an earlier connection gets them a moment after it is back, since its next heartbeat may be a minute away.
/// </summary>
internal sealed class SdkConnection : IAsyncDisposable
{
    /// <summary>How long a server that was ready before may need, after its upgrade, for what its SDK does then.</summary>
    public static readonly TimeSpan BackAgain = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a server may take to close a connection that was replaced.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that was asked to move may keep its older connection: the SDK for Go drops it after 5 s.</summary>
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(10);

    private readonly ConnectQuery _query;
    private readonly ConnectionRefresh _refresh;
    private readonly FleetControl _control;
    private readonly ServerHints _hints;
    private readonly TimeProvider _clock;
    private readonly ServerRequests _requests;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationToken _end;
    private readonly Lock _lock = new();
    private List<Push>? _held = [];
    private ServerLink? _link;
    private bool _wasReady;
    private volatile bool _isAskedToMove;
    private volatile bool _isReplaced;

    public SdkConnection(
        ConnectQuery query, ConnectionRefresh refresh, FleetControl control, ServerBackfills backfills, ServerHints hints, TimeProvider clock)
    {
        (_query, _refresh, _control, _hints, _clock) = (query, refresh, control, hints, clock);
        _end = _ended.Token;
        Socket = new ServerSocket(HandleAsync);
        _requests = new ServerRequests(this, control, backfills, hints);
    }

    /// <summary>The socket.</summary>
    public ServerSocket Socket { get; }

    public string ProcessId => _query.ProcessId;

    public string FleetId => _query.FleetId;

    public string ComputeName => _query.ComputeName;

    /// <summary>The SDK's language, such as <c>Cpp</c>.</summary>
    public string? Language => _query.SdkLanguage;

    /// <summary>The SDK's version.</summary>
    public string? Version => _query.SdkVersion;

    /// <summary>Whether the server was asked to move to a new connection (RefreshConnection).</summary>
    public bool IsAskedToMove => _isAskedToMove;

    /// <summary>The model's number of this connection.</summary>
    public long Number => _link!.Connection.Number;

    /// <summary>Introduces it to the fleet.</summary>
    /// <returns>The server process.</returns>
    /// <exception cref="FleetException">The fleet does not take it.</exception>
    public async Task<ServerProcess> OpenAsync()
    {
        var identity = new ServerIdentity
        {
            ProcessId = _query.ProcessId,
            FleetId = _query.FleetId,
            ComputeName = _query.ComputeName,
            AuthToken = _query.AuthToken,
            SdkLanguage = _query.SdkLanguage,
            SdkVersion = _query.SdkVersion,
        };
        _link = await _control.ConnectAsync(identity, Deliver).ConfigureAwait(false);
        var process = _link.Connection.Process;
        if (!_link.Connection.IsKnownToken && !_link.Connection.IsReconnect)
        {
            _hints.UnknownToken(ProcessId);
        }

        _wasReady = process.HeartbeatSeen;
        return process;
    }

    /// <summary>Serves it until its end.</summary>
    public async Task ServeAsync(WebSocket socket)
    {
        if (_wasReady)
        {
            _ = ReleaseLaterAsync();
        }

        if (_refresh.Interval is { } interval)
        {
            _ = RefreshAsync(interval);
        }

        await Socket.ServeAsync(socket).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes it because the same process has a newer one; the SDK for C# would leave it open. A server that was asked to move closes it
    /// itself, if it does so at all, when its SDK has changed over.
    /// </summary>
    public void Replace() => _ = ReplaceAsync();

    /// <summary>Tells the fleet that it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        _ended.Dispose();
        try
        {
            if (_link is not null)
            {
                await _link.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is FleetException or ObjectDisposedException)
        {
            // the host stops, or its store fails and says so
        }
    }

    /// <summary>Gives the connection a push. It is sent at once, or when the server can take it.</summary>
    public void Deliver(Push push)
    {
        // The fleet says this when a newer connection has begun; the older one is closed once that is accepted (Replace).
        if (push is CloseConnectionPush)
        {
            return;
        }

        lock (_lock)
        {
            if (_held is null)
            {
                Send(push);
            }
            else
            {
                _held.Add(push);
            }
        }
    }

    /// <summary>Notes a request that was answered.</summary>
    public void Answered(string action)
    {
        if (_wasReady || action.Equals(ServerRequests.Heartbeat, StringComparison.OrdinalIgnoreCase))
        {
            Release();
        }
    }

    private bool CanTakePushes
    {
        get
        {
            lock (_lock)
            {
                return _held is null;
            }
        }
    }

    /// <summary>Sends the pushes that were held back, and from now on each at once.</summary>
    private void Release()
    {
        lock (_lock)
        {
            foreach (var push in _held ?? [])
            {
                Send(push);
            }

            _held = null;
        }
    }

    private void Send(Push push)
    {
        if (SdkFrame.Push(push, _query.FleetId) is { } frame)
        {
            Socket.Send(frame);
        }
    }

    private Task HandleAsync(ServerSocket socket, ReadOnlyMemory<byte> message) => _requests.HandleAsync(message);

    private async Task ReleaseLaterAsync()
    {
        if (await WaitAsync(BackAgain).ConfigureAwait(false))
        {
            Release();
        }
    }

    /// <summary>Asks the server to move to a new connection, again and again for as long as it stays on this one.</summary>
    private async Task RefreshAsync(TimeSpan interval)
    {
        while (await WaitAsync(interval).ConfigureAwait(false) && !Socket.IsClosing)
        {
            if (!CanTakePushes || _isReplaced)
            {
                continue;
            }

            try
            {
                var token = _query.AuthToken ?? (await _control.ChangeAsync(
                    fleet => fleet.IssueAuthToken(FleetId, ComputeName), _end).ConfigureAwait(false)).Token;
                _isAskedToMove = true;
                Deliver(new RefreshConnectionPush(ProcessId, _refresh.Endpoint, token));
                _hints.AskedToMove(ProcessId);
            }
            catch (Exception exception) when (exception is FleetException or ObjectDisposedException or OperationCanceledException)
            {
                // its compute is deregistered, or the host stops: it stays where it is
            }
        }
    }

    private async Task ReplaceAsync()
    {
        _isReplaced = true;
        if (_isAskedToMove && !await WaitAsync(MoveLimit).ConfigureAwait(false))
        {
            return;
        }

        Socket.Close(ServerSdkEndpoint.Normal, "A newer connection of this process takes its place.");
        if (await WaitAsync(CloseLimit).ConfigureAwait(false))
        {
            Socket.Abort();
        }
    }

    /// <summary>False when the connection ended before.</summary>
    private async Task<bool> WaitAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _clock, _end).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
