using System.Net.WebSockets;
using System.Security.Cryptography;
using FleetBridge.Core.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The side that is connected to. It keeps each peer's session between its connections; who a peer is, its caller knows. Sessions live in
/// memory: after a restart each is new, and both sides exchange their whole state.
/// </summary>
internal sealed partial class LinkServer : IAsyncDisposable
{
    /// <summary>How many former sessions of a peer are known, so that whoever still has one is told that it was replaced.</summary>
    private const int MostReplaced = 16;

    private static readonly object PeerKey = new();
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly LinkServerOptions _options;
    private readonly ILinkHandler _handler;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lazy<WebSocketMiddleware> _protocol;
    private readonly ITimer _sweeping;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _peers = new(StringComparer.Ordinal);
    private bool _isStopping;

    /// <summary>A server without peers.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="handler">Handles what the peers send: one call at a time for each peer.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="loggers">The process's loggers.</param>
    /// <param name="frameworkLoggers">Loggers for the framework.</param>
    public LinkServer(LinkServerOptions options, ILinkHandler handler, TimeProvider clock, ILoggerFactory loggers, ILoggerFactory frameworkLoggers)
    {
        (_options, _handler, _clock) = (options, handler, clock);
        _logger = loggers.CreateLogger<LinkServer>();
        _protocol = new Lazy<WebSocketMiddleware>(() => new WebSocketMiddleware(
            AcceptAsync,
            Microsoft.Extensions.Options.Options.Create(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }),
            frameworkLoggers));
        _sweeping = clock.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>How many peers are connected.</summary>
    public int Connected
    {
        get
        {
            lock (_lock)
            {
                return _peers.Values.Count(entry => entry.Peer.IsConnected);
            }
        }
    }

    /// <summary>Handles an upgrade request of a peer, and returns when its connection has ended.</summary>
    /// <param name="context">The request.</param>
    /// <param name="peerId">Who it is; the caller has made sure of that.</param>
    public Task AcceptAsync(HttpContext context, string peerId)
    {
        context.Items[PeerKey] = peerId;
        return _protocol.Value.Invoke(context);
    }

    /// <summary>Finds a peer that has a session.</summary>
    /// <param name="peerId">Its id.</param>
    /// <returns>The peer; null if it was not connected since this server started, or not for long.</returns>
    public LinkPeer? Find(string peerId)
    {
        lock (_lock)
        {
            return _peers.TryGetValue(peerId, out var entry) ? entry.Peer : null;
        }
    }

    /// <summary>Sends a message to a peer; see <see cref="LinkPeer.SendAsync"/>.</summary>
    /// <returns>False if the peer has no session: its next one begins with the whole state.</returns>
    public async ValueTask<bool> SendAsync(
        string peerId, int type, ReadOnlyMemory<byte> payload, LinkClass kind = LinkClass.Control, CancellationToken cancellation = default)
    {
        if (Find(peerId) is not { } peer)
        {
            return false;
        }

        await peer.SendAsync(type, payload, kind, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes a peer's connection, and forgets its session.</summary>
    /// <param name="peerId">Its id.</param>
    /// <param name="code">The close code.</param>
    /// <param name="reason">Why, for its log.</param>
    public void Close(string peerId, int code, string reason)
    {
        lock (_lock)
        {
            if (_peers.TryGetValue(peerId, out var entry))
            {
                entry.Replace();
                entry.Peer.Close(code, reason);
                entry.Peer.Restart(epoch: null, _ => false);
            }
        }
    }

    /// <summary>Closes every connection, so that the clients come back to the next server, and accepts no new one.</summary>
    public void CloseAll()
    {
        lock (_lock)
        {
            _isStopping = true;
            foreach (var entry in _peers.Values)
            {
                entry.Peer.Close(LinkCloseCode.ServiceRestart, "The server stops.");
            }
        }
    }

    /// <summary>Responds to a client's position.</summary>
    /// <param name="peerId">Who it is.</param>
    /// <param name="position">How far it has come.</param>
    /// <returns>The peer and the response; null if another client has taken the place of this one.</returns>
    public (LinkPeer Peer, LinkWelcome Welcome)? Begin(string peerId, LinkPosition position)
    {
        lock (_lock)
        {
            if (!_peers.TryGetValue(peerId, out var entry))
            {
                _peers[peerId] = entry = new Entry(new LinkPeer(peerId, _handler, _options.Bounds, _options.Times, _clock, _logger));
            }

            var (peer, own) = (entry.Peer, entry.Peer.Position);
            if (position.Epoch is { } epoch && entry.Replaced.Contains(epoch))
            {
                return null;
            }

            entry.LastSeen = _clock.GetTimestamp();
            if (own.Epoch is not null && own.Epoch == position.Epoch && peer.TryContinue(position.Received))
            {
                return (peer, new LinkWelcome(new LinkSession(own.Epoch, IsResumed: true), own.Received));
            }

            if (own.Epoch is not null && own.Epoch != position.Epoch)
            {
                entry.Replace();
                if (peer.IsConnected)
                {
                    LogReplaced(VisibleText.Of(peerId));
                    peer.Close(LinkCloseCode.Gone, "A newer client with the same id has taken the place of this one.");
                }
            }

            var next = RandomNumberGenerator.GetHexString(32, lowercase: true);
            peer.Restart(next, _ => false);
            return (peer, new LinkWelcome(new LinkSession(next, IsResumed: false), 0));
        }
    }

    /// <summary>Serves a connection until it has ended.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="socket">Its WebSocket.</param>
    /// <param name="session">What the peer was told.</param>
    public async Task ServeAsync(LinkPeer peer, WebSocket socket, LinkSession session)
    {
        LogConnected(VisibleText.Of(peer.Id), session.IsResumed ? "continues" : "is new");
        var end = await peer.ServeAsync(socket, session, CancellationToken.None).ConfigureAwait(false);
        LogDisconnected(VisibleText.Of(peer.Id), VisibleText.Of(end.ToString()));
        lock (_lock)
        {
            if (_peers.TryGetValue(peer.Id, out var entry))
            {
                entry.LastSeen = _clock.GetTimestamp();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeping.DisposeAsync().ConfigureAwait(false);
        List<LinkPeer> peers;
        lock (_lock)
        {
            peers = [.. _peers.Values.Select(entry => entry.Peer)];
            _peers.Clear();
            _isStopping = true;
        }

        await Task.WhenAll(peers.Select(peer => peer.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        var peerId = (string)context.Items[PeerKey]!;
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(LinkHeaders.Protocol))
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"This is no WebSocket handshake of the protocol {LinkHeaders.Protocol}.")
                .ConfigureAwait(false);
            return;
        }

        if (LinkHeaders.Read(context.Request.Headers[LinkHeaders.Epoch], context.Request.Headers[LinkHeaders.Received]) is not { } position)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"{LinkHeaders.Received} is no number of a message.").ConfigureAwait(false);
            return;
        }

        if (_isStopping)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is stopping.").ConfigureAwait(false);
            return;
        }

        if (Begin(peerId, position) is not var (peer, welcome))
        {
            await RefuseAsync(context, StatusCodes.Status410Gone, "A newer client with the same id has taken the place of this one.")
                .ConfigureAwait(false);
            return;
        }

        context.Response.Headers[LinkHeaders.Epoch] = welcome.Session.Epoch;
        context.Response.Headers[LinkHeaders.Received] = LinkHeaders.Write(welcome.Received);
        context.Response.Headers[LinkHeaders.Resumed] = welcome.Session.IsResumed ? "true" : "false";
        var socket = await context.WebSockets.AcceptWebSocketAsync(LinkHeaders.Protocol).ConfigureAwait(false);
        await ServeAsync(peer, socket, welcome.Session).ConfigureAwait(false);
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        LogRefused(status, reason);
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason);
    }

    /// <summary>Forgets peers that stay away.</summary>
    private void Sweep()
    {
        List<LinkPeer> left = [];
        lock (_lock)
        {
            foreach (var (id, entry) in _peers)
            {
                if (!entry.Peer.IsConnected && _clock.GetElapsedTime(entry.LastSeen) >= _options.Retention)
                {
                    _peers.Remove(id);
                    left.Add(entry.Peer);
                }
            }
        }

        foreach (var peer in left)
        {
            LogForgotten(VisibleText.Of(peer.Id), _options.Retention.TotalMinutes);
            _ = peer.DisposeAsync().AsTask();
        }
    }

    /// <summary>A peer and its former sessions.</summary>
    private sealed class Entry(LinkPeer peer)
    {
        public LinkPeer Peer { get; } = peer;

        public Queue<string> Replaced { get; } = new();

        public long LastSeen { get; set; }

        public void Replace()
        {
            if (Peer.Position.Epoch is { } epoch)
            {
                Replaced.Enqueue(epoch);
                if (Replaced.Count > MostReplaced)
                {
                    Replaced.Dequeue();
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Peer} has connected: the session {Continues}.")]
    private partial void LogConnected(string peer, string continues);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection of {Peer} was {End}.")]
    private partial void LogDisconnected(string peer, string end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A newer client takes the place of {Peer}, which is told to stay away. If both run, each needs a data folder of its own.")]
    private partial void LogReplaced(string peer);

    [LoggerMessage(Level = LogLevel.Information, Message = "The session of {Peer} is forgotten: it was away for {Minutes} minutes.")]
    private partial void LogForgotten(string peer, double minutes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A link was refused with status {Status}. {Reason}")]
    private partial void LogRefused(int status, string reason);
}

/// <summary>Bounds and times of a server.</summary>
internal sealed record LinkServerOptions
{
    /// <summary>How much is kept for each peer.</summary>
    public LinkBounds Bounds { get; init; } = new();

    /// <summary>The times.</summary>
    public LinkTimes Times { get; init; } = new();

    /// <summary>How long the session of a peer that is not connected is kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromMinutes(15);
}
