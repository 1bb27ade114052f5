using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Security;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Gateway.Hosting;

/// <summary>The WebSocket of consumers: who may have one is decided before the upgrade, wherever that can be known.</summary>
internal sealed class ConsumerEndpoint
{
    public const string Path = "/gateway";

    private const int FirstBuffer = 4096;

    private static readonly TimeSpan ReadOutLimit = TimeSpan.FromSeconds(2);

    private readonly ConsumerRegistry _registry;
    private readonly MessageHandler _messages;
    private readonly ConsumerWatch _watch;
    private readonly TokenVerifier _tokens;
    private readonly IPageSessions? _sessions;
    private readonly ConsumerLimits _limits;
    private readonly AuditLog _audit;
    private readonly TimeProvider _clock;
    private readonly WebSocketMiddleware _protocol;

    public ConsumerEndpoint(
        ConsumerRegistry registry,
        MessageHandler messages,
        ConsumerWatch watch,
        TokenVerifier tokens,
        IPageSessions? sessions,
        ConsumerLimits limits,
        AuditLog audit,
        ILoggerFactory loggers,
        TimeProvider clock)
    {
        (_registry, _messages, _watch, _tokens, _sessions) = (registry, messages, watch, tokens, sessions);
        (_limits, _audit, _clock) = (limits, audit, clock);

        // Pings are ours: the framework's would need a timer for each connection, and end it without a close code.
        _protocol = new WebSocketMiddleware(
            UpgradeAsync, Microsoft.Extensions.Options.Options.Create(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero }), loggers);
    }

    /// <summary>Handles a request for the WebSocket.</summary>
    /// <param name="context">The request; the guard has let it pass.</param>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new FrameUpgrade(upgrade, _clock, leavesOpen: true));
        }

        return _protocol.Invoke(context);
    }

    private async Task UpgradeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketVersion = "13";
            await GatewayResponse.WriteErrorAsync(
                context, StatusCodes.Status426UpgradeRequired, "upgrade_required", "This path is a WebSocket (RFC 6455, version 13).").ConfigureAwait(false);
            return;
        }

        var (identity, problem) = await IdentifyAsync(context).ConfigureAwait(false);
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (problem is not null)
        {
            _audit.Refused(address.ToString(), problem);
            context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
            await GatewayResponse.WriteErrorAsync(context, StatusCodes.Status401Unauthorized, WireError.BadToken, problem).ConfigureAwait(false);
            return;
        }

        if (_registry.FindObjection(address) is { } objection)
        {
            _audit.Refused(address.ToString(), objection);
            context.Response.Headers.RetryAfter = "5";
            await GatewayResponse.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, WireError.TooMany, objection).ConfigureAwait(false);
            return;
        }

        try
        {
            await ServeAsync(context, identity, address).ConfigureAwait(false);
        }
        finally
        {
            _registry.Leave(address);
        }
    }

    /// <summary>Whose the upgrade is.</summary>
    /// <returns>Neither an identity nor a problem for a page that has still to say it.</returns>
    public async ValueTask<(Identity? Identity, string? Problem)> IdentifyAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (context.Request.Query.Keys.Any(name => name.Contains("token", StringComparison.OrdinalIgnoreCase)))
        {
            return (null, "A token in an address ends in logs, so none is read there. Send it as Authorization: Bearer, or as the first message.");
        }

        if (headers.Authorization.Count > 0)
        {
            if (headers.Authorization is not [{ } value] || !value.StartsWith($"{AccessToken.Scheme} ", StringComparison.OrdinalIgnoreCase))
            {
                return (null, "The gateway reads one Authorization header, with the scheme Bearer.");
            }

            var verdict = await _tokens.VerifyAsync(value[(AccessToken.Scheme.Length + 1)..].Trim(' '), context.RequestAborted).ConfigureAwait(false);
            return (verdict.Identity, verdict.Problem);
        }

        // a cookie is sent by a browser for any page; with the page's own Origin, which the guard has compared, it is the page's
        return headers.Origin.Count == 0
            ? (null, "The gateway needs a token: Authorization: Bearer. Make one with 'fleetbridge token new'.")
            : (_sessions?.Find(context), null);
    }

    private async Task ServeAsync(HttpContext context, Identity? identity, IPAddress address)
    {
        var connection = new ConsumerConnection(context);
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var consumer = new Consumer(id, identity, address, connection, _limits, _clock.GetTimestamp());
        if (identity is not null && _registry.Of(identity.UserId).Count >= _limits.PerUser)
        {
            var objection = $"The user has {_limits.PerUser} connections, as many as it may. Close some.";
            _audit.Refused(address.ToString(), objection);
            await GatewayResponse.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, WireError.TooMany, objection).ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        connection.Begin(socket, ((FrameUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!);
        _watch.Add(consumer);
        try
        {
            if (identity is not null && _registry.Register(consumer) is { } objection)
            {
                consumer.Outbox.Close(CloseCode.Limit, objection);
            }

            await ReceiveAllAsync(consumer, socket, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // lost, or it broke the protocol: then the framework has sent a close frame with the reason
            await ReadOutAsync(connection.Stream, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            _watch.Remove(consumer);
            if (consumer.Identity is { } who)
            {
                _audit.Connection(who, consumer, "left", consumer.Outbox.CloseCode);
            }

            _messages.Left(consumer);
        }
    }

    /// <summary>Reads until the consumer has closed its side, for a moment: a connection that is closed over unread data is reset, and the
    /// close frame would be lost with it.</summary>
    private async Task ReadOutAsync(Stream stream, CancellationToken aborted)
    {
        try
        {
            using var limit = new CancellationTokenSource(ReadOutLimit, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
            var buffer = new byte[256];
            while (await stream.ReadAsync(buffer.AsMemory(), either.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // it has gone
        }
    }

    private async Task ReceiveAllAsync(Consumer consumer, WebSocket socket, CancellationToken aborted)
    {
        while (await ReceiveAsync(consumer, socket, aborted).ConfigureAwait(false))
        {
        }

        if (socket.State != WebSocketState.CloseReceived)
        {
            return;
        }

        // it has closed first, or responds to our close frame
        consumer.Outbox.Close((int?)socket.CloseStatus is { } code and not (int)WebSocketCloseStatus.Empty ? code : CloseCode.Normal, "");
        await consumer.Outbox.Ended.ConfigureAwait(false);
    }

    /// <summary>Receives one message; memory is taken when one has begun to come.</summary>
    /// <returns>False at the connection's end.</returns>
    private async ValueTask<bool> ReceiveAsync(Consumer consumer, WebSocket socket, CancellationToken aborted)
    {
        var part = await socket.ReceiveAsync(Memory<byte>.Empty, aborted).ConfigureAwait(false);
        if (part.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        var (buffer, count) = (ArrayPool<byte>.Shared.Rent(FirstBuffer), 0);
        try
        {
            while (!part.EndOfMessage)
            {
                if (count == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                part = await socket.ReceiveAsync(buffer.AsMemory(count), aborted).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return false;
                }

                count += part.Count;
                consumer.MessageBegan = consumer.MessageBegan == 0 ? _clock.GetTimestamp() : consumer.MessageBegan;
                if (count > _limits.MessageBytes)
                {
                    consumer.Outbox.Close(CloseCode.TooLarge, $"A message has at most {_limits.MessageBytes} bytes.", discards: true);
                    return await DrainAsync(socket, aborted).ConfigureAwait(false);
                }
            }

            consumer.MessageBegan = 0;
            if (part.MessageType == WebSocketMessageType.Binary)
            {
                consumer.Outbox.Close(CloseCode.UnsupportedData, "Messages are texts.", discards: true);
                return await DrainAsync(socket, aborted).ConfigureAwait(false);
            }

            if (consumer.Outbox.IsClosing)
            {
                return true;
            }

            await _messages.HandleAsync(consumer, buffer.AsMemory(0, count), aborted).ConfigureAwait(false);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, _limits.MessageBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Reads what was sent before the close frame arrived there: a connection that is closed over unread data is reset, and the
    /// frame would be lost with it.</summary>
    private static async ValueTask<bool> DrainAsync(WebSocket socket, CancellationToken aborted)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), aborted).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
