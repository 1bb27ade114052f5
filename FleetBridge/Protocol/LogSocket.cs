using System.Net.WebSockets;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>
/// The WebSocket that streams the log to one editor. It only sends; whatever the client sends as data ends the connection.
/// </summary>
internal sealed partial class LogSocket(
    BridgeLog log, LogOrigins origins, SponsorConnections connections, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>How often the client is pinged, so that its silence means something.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>A client that has been silent for this long loses its place to the next one.</summary>
    public static readonly TimeSpan SilenceLimit = 3 * PingInterval;

    /// <summary>How long a new client waits for one that is just leaving.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a new client waits for the end of the one that it replaces.</summary>
    private static readonly TimeSpan ReplaceLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);
    private const int BatchBytes = 128 * 1024;
    private const string SecondClient = "A second log client was refused: the log has one client at a time.";
    private const string SentData = "The log client sent data. The log socket only sends, so the connection was closed.";

    private readonly EditorPlace _place = log.Editor;
    private readonly ILogger<LogSocket> _logger = log.Loggers.CreateLogger<LogSocket>();
    private LogClient? _client;

    /// <summary>Makes the handler of every request to the log socket's port: the framework's WebSocket protocol, then this.</summary>
    public RequestDelegate Build()
    {
        // made for the first client, so that no start waits for it
        var protocol = new Lazy<WebSocketMiddleware>(
            () => new WebSocketMiddleware(HandleAsync, Microsoft.Extensions.Options.Options.Create(new WebSocketOptions()), log.FrameworkLoggers));
        return context =>
        {
            // Before the framework's middleware, which takes the connection's stream from this feature.
            if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            {
                context.Features.Set<IHttpUpgradeFeature>(new FrameUpgrade(upgrade, clock));
            }

            return protocol.Value.Invoke(context);
        };
    }

    /// <summary>Handles an upgrade request, and returns when that client has disconnected.</summary>
    /// <param name="context">The request; its target may be anything (the engine asks for <c>//</c>).</param>
    /// <returns>Completes at the connection's end.</returns>
    private async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketVersion = "13";
            await JsonResponse.WriteErrorAsync(
                context,
                StatusCodes.Status426UpgradeRequired,
                "This port streams the log as a WebSocket (RFC 6455, version 13). Requests to backends go to the other port.")
                .ConfigureAwait(false);
            return;
        }

        if (origins.FindObjection(context.Request) is { } objection)
        {
            log.Refusals.Refused(objection, objection);
            context.Response.Headers.Connection = "close";
            await JsonResponse.WriteErrorAsync(context, StatusCodes.Status403Forbidden, objection).ConfigureAwait(false);
            return;
        }

        var client = new LogClient();
        if (!await TryTakePlaceAsync(client).ConfigureAwait(false))
        {
            log.Refusals.Refused(SecondClient, SecondClient);
            await JsonResponse.WriteErrorAsync(
                context, StatusCodes.Status409Conflict, "Another client is reading the log. It has one client at a time.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            // Before the 101: what is logged after the client has read it is not limited to the newest 1,000 records.
            var (remote, local) = (context.Connection.RemotePort, context.Connection.LocalPort);
            log.Streams.ClientCame(() => connections.Find(remote, local));
            _place.ClientCame();
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = PingInterval,

                // An editor at a breakpoint does not respond to pings and is not dead: it only loses its place to a client
                // that wants it (SilenceLimit). The framework sends pings only if this time is finite.
                KeepAliveTimeout = TimeSpan.FromDays(1),
            }).ConfigureAwait(false);
            var stream = ((FrameUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;
            client.Begin(socket, stream);
            LogConnected();
            await ServeAsync(context, socket, stream).ConfigureAwait(false);
        }
        finally
        {
            // The records first, then the place: the next client must not be reported gone by this one.
            LogDisconnected();
            _place.ClientLeft();
            log.Streams.ClientLeft();
            Interlocked.CompareExchange(ref _client, null, client);
            client.End();
        }
    }

    private async Task<bool> TryTakePlaceAsync(LogClient client)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (Interlocked.CompareExchange(ref _client, client, null) is not { } current)
            {
                return true;
            }

            var limit = LeaveLimit;
            if (current.SilentFor > SilenceLimit)
            {
                LogReplaced(current.SilentFor.TotalSeconds);
                current.Abort();
                limit = ReplaceLimit;
            }

            try
            {
                await current.Ended.WaitAsync(limit, clock, stopping).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    private async Task ServeAsync(HttpContext context, WebSocket socket, FrameStream stream)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = SendAsync(context, socket, stream, ending.Token);
        var receiving = ReceiveAsync(socket);
        await Task.WhenAny(sending, receiving, Task.Delay(Timeout.InfiniteTimeSpan, clock, ending.Token)).ConfigureAwait(false);
        var status = receiving.IsCompletedSuccessfully
            ? await receiving.ConfigureAwait(false)
            : stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : null;
        await ending.CancelAsync().ConfigureAwait(false);
        await CloseAsync(socket, sending, status).ConfigureAwait(false);
        if (status is not null)
        {
            // What was sent last may still be in the transport, and an abort would discard it.
            await Task.WhenAny(receiving, Task.Delay(CloseLimit, clock, CancellationToken.None)).ConfigureAwait(false);
        }

        if (status is null || !sending.IsCompleted || !receiving.IsCompleted)
        {
            // Aborts the connection as well, and with it a write that the client does not read.
            socket.Abort();
        }

        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Sends records until the connection ends; then those that are left, if the client still takes them.</summary>
    private async Task SendAsync(
        HttpContext context, WebSocket socket, FrameStream stream, CancellationToken ending)
    {
        var batch = new LogBatch();
        var frames = new FrameBuffer();
        while (true)
        {
            try
            {
                await _place.TakeAsync(batch, BatchBytes, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            frames.Clear();
            foreach (var record in batch.Records.Where(log.Streams.GoesToClient))
            {
                frames.Begin();
                EditorRecord.Write(frames, record);
                frames.End();
            }

            if (!frames.Frames.IsEmpty)
            {
                await stream.WriteAsync(frames.Frames, CancellationToken.None).ConfigureAwait(false);
            }

            if (context.RequestAborted.IsCancellationRequested || socket.State is WebSocketState.Aborted)
            {
                // The server discards what is written to a connection that has ended: the next client gets it.
                return;
            }

            _place.Sent(batch);
        }
    }

    /// <summary>Waits for the client's end.</summary>
    /// <returns>The status to close with; null when it left without a close frame, as the engine does.</returns>
    private async Task<WebSocketCloseStatus?> ReceiveAsync(WebSocket socket)
    {
        try
        {
            var received = await socket.ReceiveAsync(new byte[1], CancellationToken.None).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return WebSocketCloseStatus.NormalClosure;
            }

            log.Refusals.Refused(SentData, SentData);
            return WebSocketCloseStatus.PolicyViolation;
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task CloseAsync(WebSocket socket, Task sending, WebSocketCloseStatus? status)
    {
        if (status is not { } code)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(CloseLimit, clock);

            // The last records go before the close frame.
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);
            await socket.CloseOutputAsync(code, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // it no longer listens: the abort that follows ends it
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A log client has connected.")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The log client has disconnected.")]
    private partial void LogDisconnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log client has not responded for {Seconds:0} s; a new one replaces it.")]
    private partial void LogReplaced(double seconds);
}
