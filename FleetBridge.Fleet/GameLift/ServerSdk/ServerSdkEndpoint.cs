using System.Collections.Concurrent;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// Where game servers connect: a WebSocket on any path, the identity in the query. State belongs to the process id, so a newer
/// connection of the same process takes the place of the older one.
/// </summary>
internal sealed partial class ServerSdkEndpoint : IDisposable
{
    /// <summary>Close code for the stop of the host: unlike after 1000 and 1001, every SDK connects again at once.</summary>
    public const int ServiceRestart = 1012;

    /// <summary>Close code for the older of two connections.</summary>
    public const int Normal = 1000;

    private readonly ConcurrentDictionary<string, SdkConnection> _connections = new(StringComparer.Ordinal);
    private readonly ServerHints _hints;
    private readonly ServerBackfills _backfills;
    private readonly Task<FleetControl> _opening;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly TimeSpan? _refreshInterval;
    private readonly Lazy<WebSocketMiddleware> _protocol;
    private volatile bool _isStopping;

    /// <param name="opening">The fleet, which a connection waits for.</param>
    /// <param name="loggers">The host's loggers.</param>
    /// <param name="frameworkLoggers">Loggers for the framework.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="refreshInterval">How often a game server is asked to move to a new connection; null for never.</param>
    public ServerSdkEndpoint(
        Task<FleetControl> opening, ILoggerFactory loggers, ILoggerFactory frameworkLoggers, TimeProvider clock, TimeSpan? refreshInterval = null)
    {
        (_opening, _clock, _refreshInterval) = (opening, clock, refreshInterval);
        _logger = loggers.CreateLogger<ServerSdkEndpoint>();
        _hints = new ServerHints(loggers.CreateLogger<ServerHints>());

        _backfills = new ServerBackfills(Push, _hints, clock);

        // made for the first client, so that no start waits for it; a timer for each connection is not wanted
        _protocol = new Lazy<WebSocketMiddleware>(() => new WebSocketMiddleware(
            AcceptAsync,
            Microsoft.Extensions.Options.Options.Create(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }),
            frameworkLoggers));
    }

    /// <summary>How many game servers are connected.</summary>
    public int Count => _connections.Count;

    /// <summary>Whether a request is for it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True for a WebSocket's upgrade, whatever its path.</returns>
    public static bool Takes(HttpRequest request) =>
        request.Headers.Upgrade.Any(protocol => protocol?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Handles an upgrade request, and returns when that connection has ended.</summary>
    /// <param name="context">The request.</param>
    public Task HandleAsync(HttpContext context) => _protocol.Value.Invoke(context);

    /// <summary>Closes every connection, so that the servers connect again to the next host, and accepts no new one.</summary>
    public void CloseAll()
    {
        _isStopping = true;
        foreach (var connection in _connections.Values)
        {
            connection.Socket.Close(ServiceRestart, "The host stops.");
        }
    }

    public void Dispose() => _backfills.Dispose();

    private void Push(Push push)
    {
        if (_connections.TryGetValue(push.ProcessId, out var connection))
        {
            connection.Deliver(push);
        }
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "This is no WebSocket handshake of RFC 6455, version 13.").ConfigureAwait(false);
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (ConnectQuery.TryParse(target, out var problem) is not { } query)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, problem!).ConfigureAwait(false);
            return;
        }

        try
        {
            var control = await _opening.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            if (_isStopping)
            {
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The host is stopping.").ConfigureAwait(false);
                return;
            }

            var refresh = new ConnectionRefresh(_refreshInterval, $"{(context.Request.IsHttps ? "wss" : "ws")}://{context.Request.Host}");
            await ServeAsync(context, new SdkConnection(query, refresh, control, _backfills, _hints, _clock)).ConfigureAwait(false);
        }
        catch (FleetException exception)
        {
            await RefuseAsync(context, StatusOf(exception), exception.Message, query).ConfigureAwait(false);
        }
        catch (Exception exception) when (_opening.IsFaulted && exception is not OperationCanceledException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The host could not open its store.", query).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(HttpContext context, SdkConnection connection)
    {
        var older = _connections.GetValueOrDefault(connection.ProcessId);
        var process = await connection.OpenAsync().ConfigureAwait(false);
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            LogConnected(connection.ProcessId, connection.Language ?? "an unknown", connection.Version ?? "", process.FleetId, process.ComputeName);
            Replace(connection);
            await connection.ServeAsync(socket).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(new KeyValuePair<string, SdkConnection>(connection.ProcessId, connection));
            await connection.DisposeAsync().ConfigureAwait(false);
            LogDisconnected(connection.ProcessId);
            Recall(older);
        }
    }

    /// <summary>
    /// A server whose newer connection has ended, but not the older one, is asked to connect again: the fleet has given up the older one,
    /// so it would get no push any more.
    /// </summary>
    private void Recall(SdkConnection? older)
    {
        if (older is { Socket.IsClosing: false } && (_connections.GetValueOrDefault(older.ProcessId) ?? older) == older)
        {
            older.Socket.Close(ServiceRestart, "The newer connection of this process has ended.");
        }
    }

    private void Replace(SdkConnection connection)
    {
        SdkConnection? older = null;
        _connections.AddOrUpdate(connection.ProcessId, connection, (_, present) =>
        {
            older = present;
            return connection;
        });
        if (older is not null && !older.Socket.IsClosing)
        {
            if (older.IsAskedToMove)
            {
                LogMoved(connection.ProcessId);
            }
            else
            {
                LogReplaced(connection.ProcessId);
            }

            older.Replace();
        }

        if (_isStopping)
        {
            connection.Socket.Close(ServiceRestart, "The host stops.");
        }
    }

    /// <summary>A token that is not known is 403 here: of that the SDKs make an error of its own.</summary>
    private static int StatusOf(FleetException exception) => exception.Code switch
    {
        FleetErrors.Unauthorized => StatusCodes.Status403Forbidden,
        FleetErrors.InternalService => StatusCodes.Status503ServiceUnavailable,
        var code => RequestAnswer.StatusOf(code),
    };

    /// <summary>The SDKs show the game a status at most: why is in the log.</summary>
    private Task RefuseAsync(HttpContext context, int status, string reason, ConnectQuery? query = null)
    {
        LogRefused(query is null ? "A game server" : $"The game server {query.ProcessId}", status, reason);
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The game server {Process} has connected ({Language} SDK {Version}, fleet {Fleet}, compute {Compute}).")]
    private partial void LogConnected(string process, string language, string version, string fleet, string compute);

    [LoggerMessage(Level = LogLevel.Information, Message = "The game server {Process} has disconnected.")]
    private partial void LogDisconnected(string process);

    [LoggerMessage(Level = LogLevel.Information, Message = "The game server {Process} has moved to a new connection.")]
    private partial void LogMoved(string process);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A newer connection of the game server {Process} takes the place of the older one. If two servers run, give each a process id of its own.")]
    private partial void LogReplaced(string process);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} was refused with status {Status}. {Reason}")]
    private partial void LogRefused(string server, int status, string reason);
}
