using System.Net.WebSockets;
using FleetBridge.Core.Logs;
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
    LogBacklog backlog, ILogger<LogSocket> logger, ILoggerFactory frameworkLoggers, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>How often the client is pinged, so that its silence means something.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>A client that has been silent for so long loses its place to the next one.</summary>
    public static readonly TimeSpan SilenceLimit = 3 * PingInterval;

    /// <summary>How long a newcomer waits for a client that is just leaving.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a newcomer waits for the end of a client that it replaces.</summary>
    private static readonly TimeSpan ReplaceLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);
    private const int BatchBytes = 128 * 1024;

    private LogClient? _client;

    /// <summary>Puts the framework's WebSocket protocol before it.</summary>
    /// <returns>What every request to the log socket's port goes through.</returns>
    public RequestDelegate Build()
    {
        // made by the first client: no start waits for it
        var protocol = new Lazy<WebSocketMiddleware>(
            () => new WebSocketMiddleware(HandleAsync, Microsoft.Extensions.Options.Options.Create(new WebSocketOptions()), frameworkLoggers));
        return context =>
        {
            // Before the framework's middleware, which takes the connection's stream from this feature.
            if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            {
                context.Features.Set<IHttpUpgradeFeature>(new BatchingUpgrade(upgrade, clock));
            }

            return protocol.Value.Invoke(context);
        };
    }

    /// <summary>Answers an upgrade request, and returns when that client has gone.</summary>
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

        var client = new LogClient();
        if (!await TryTakePlaceAsync(client).ConfigureAwait(false))
        {
            LogRefused();
            await JsonResponse.WriteErrorAsync(
                context, StatusCodes.Status409Conflict, "Another client is reading the log. It serves one at a time.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            // Before the 101: what is logged once the client has that belongs to it, and is not cut to the newest 1,000.
            backlog.ClientCame();
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = PingInterval,

                // An editor that stands at a breakpoint answers no ping and is not dead: it only loses its place to a
                // client that wants it (SilenceLimit). A finite time is what makes the framework send pings at all.
                KeepAliveTimeout = TimeSpan.FromDays(1),
            }).ConfigureAwait(false);
            var stream = ((BatchingUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;
            client.Begin(socket, stream);
            LogConnected();
            await ServeAsync(context, socket, stream).ConfigureAwait(false);
        }
        finally
        {
            // First the backlog, then the place: who takes it must not be reported gone by its predecessor.
            LogDisconnected();
            backlog.ClientLeft();
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

            var patience = LeaveLimit;
            if (current.SilentFor > SilenceLimit)
            {
                LogReplaced(current.SilentFor.TotalSeconds);
                current.Abort();
                patience = ReplaceLimit;
            }

            try
            {
                await current.Ended.WaitAsync(patience, clock, stopping).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    private async Task ServeAsync(HttpContext context, WebSocket socket, BatchingStream stream)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = SendAsync(context, socket, stream, ending.Token);
        var receiving = ReceiveAsync(socket);
        await Task.WhenAny(sending, receiving, Task.Delay(Timeout.Infinite, ending.Token)).ConfigureAwait(false);
        var status = receiving.IsCompletedSuccessfully
            ? await receiving.ConfigureAwait(false)
            : stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : null;
        await ending.CancelAsync().ConfigureAwait(false);
        await CloseAsync(socket, sending, status).ConfigureAwait(false);
        if (status is not null)
        {
            // What was sent last may still be on its way through the transport, and an abort would take it back.
            await Task.WhenAny(receiving, Task.Delay(CloseLimit, CancellationToken.None)).ConfigureAwait(false);
        }

        if (status is null || !sending.IsCompleted || !receiving.IsCompleted)
        {
            // Aborts the connection as well, and so lets go of a write that the client does not read.
            socket.Abort();
        }

        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Sends what there is until the connection ends; then what is left, as far as it is there at once.</summary>
    private async Task SendAsync(
        HttpContext context, WebSocket socket, BatchingStream stream, CancellationToken ending)
    {
        var batch = new List<byte[]>();
        while (true)
        {
            long number;
            try
            {
                number = await backlog.TakeAsync(batch, BatchBytes, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            stream.Hold = true;
            for (var i = 0; i < batch.Count; i++)
            {
                stream.Hold = i < batch.Count - 1;
                await socket.SendAsync(batch[i], WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None)
                    .ConfigureAwait(false);
            }

            if (context.RequestAborted.IsCancellationRequested || socket.State is WebSocketState.Aborted)
            {
                // The server swallows what is written to a connection that has gone: the next client gets it.
                return;
            }

            backlog.Sent(number);
            batch.Clear();
        }
    }

    /// <summary>Waits for the client's end.</summary>
    /// <returns>How to answer it; null when it is gone without a close frame, as the engine goes.</returns>
    private async Task<WebSocketCloseStatus?> ReceiveAsync(WebSocket socket)
    {
        try
        {
            var received = await socket.ReceiveAsync(new byte[1], CancellationToken.None).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return WebSocketCloseStatus.NormalClosure;
            }

            LogSentData();
            return WebSocketCloseStatus.PolicyViolation;
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task CloseAsync(WebSocket socket, Task sending, WebSocketCloseStatus? status)
    {
        if (status is not { } code)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(CloseLimit);

            // A frame must not be cut in two by the close frame.
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);
            await socket.CloseOutputAsync(code, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // it does not listen any more: the abort that follows ends it
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A log client has connected.")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The log client has gone.")]
    private partial void LogDisconnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "A second log client was refused: the log serves one at a time.")]
    private partial void LogRefused();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log client has not answered for {Seconds:0} s and loses its place to a new one.")]
    private partial void LogReplaced(double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log client sent data; the log socket only sends, so the connection ends.")]
    private partial void LogSentData();
}
