using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Sessions;

/// <summary>
/// The routes that a game's online subsystem calls: <c>/create_session</c>, <c>/find_session</c> and <c>/join_session</c>. With
/// <c>_local</c> behind them they always mean this host.
/// </summary>
internal sealed partial class SessionRoutes : IDisposable
{
    private const string Create = "create_session";
    private const string Find = "find_session";
    private const string Join = "join_session";
    private const string LocalSuffix = "_local";
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>A name and a player id are the longest members.</summary>
    private const int LargestBody = 64 * 1024;

    private const int LongestKey = 1024;

    private readonly SessionTarget _target;
    private readonly SessionStart _start;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private AwsSessionFleet? _aws;

    /// <summary>Creates the routes.</summary>
    /// <param name="target">Which fleet the plain routes use.</param>
    /// <param name="limit">How long a session may take to become ACTIVE.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="logger">Says what is refused, and why.</param>
    public SessionRoutes(SessionTarget target, TimeSpan limit, TimeProvider clock, ILogger logger)
    {
        (_target, _clock, _logger) = (target, clock, logger);
        _start = new SessionStart(limit, clock, logger);
    }

    /// <summary>How long a session may take to become ACTIVE, unless a setting says.</summary>
    public static TimeSpan DefaultLimit => TimeSpan.FromSeconds(15);

    /// <summary>Whether a request is for one of the routes.</summary>
    public static bool Takes(HttpRequest request) => TryRead(request, out _, out _);

    public void Dispose()
    {
        _start.Dispose();
        _aws?.Dispose();
    }

    /// <summary>Responds to a request that <see cref="Takes"/>.</summary>
    public async Task HandleAsync(HttpContext context, FleetControl control)
    {
        TryRead(context.Request, out var route, out var isLocal);
        var verb = route == Find ? HttpMethods.Get : HttpMethods.Post;
        if (!HttpMethods.Equals(context.Request.Method, verb))
        {
            context.Response.Headers.Allow = verb;
            await WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", $"/{route} takes {verb}.").ConfigureAwait(false);
            return;
        }

        try
        {
            ISessionFleet fleet = !isLocal && _target.IsOnAws
                ? Aws()
                : new HostSessionFleet(control, isLocal || (_target.FleetId ?? _target.AliasId) is null ? null : _target);
            await HandleAsync(context, route, fleet).ConfigureAwait(false);
        }
        catch (FleetException exception)
        {
            LogRefused(route, exception.Code, exception.Message);
            await WriteErrorAsync(context, SessionErrors.StatusOf(exception.Code), exception.Code, exception.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client has gone; its next try continues
        }
    }

    /// <summary>The fleet on AWS. The SDK is loaded when it is needed, and a profile that is corrected works with the next request.</summary>
    /// <exception cref="FleetException">There are no usable credentials.</exception>
    private AwsSessionFleet Aws()
    {
        lock (_lock)
        {
            return _aws ??= new AwsSessionFleet(_target, _clock);
        }
    }

    private static bool TryRead(HttpRequest request, out string route, out bool isLocal)
    {
        var path = (request.Path.Value ?? "").Trim('/');
        isLocal = path.EndsWith(LocalSuffix, StringComparison.Ordinal);
        route = isLocal ? path[..^LocalSuffix.Length] : path;
        return route is Create or Find or Join;
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body).ConfigureAwait(false);
    }

    private static async Task WriteErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        var body = WireJson.Write(json =>
        {
            json.WriteString("error", code);
            json.WriteString("message", message);
        });
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body).ConfigureAwait(false);
    }

    private static async Task<SessionRequest> ReadAsync(HttpContext context)
    {
        var buffer = new byte[LargestBody + 1];
        var count = 0;
        while (await context.Request.Body.ReadAsync(buffer.AsMemory(count), context.RequestAborted).ConfigureAwait(false) is > 0 and var read)
        {
            count += read;
            if (count > LargestBody)
            {
                throw new FleetException(FleetErrors.InvalidRequest, $"The request's body is larger than {LargestBody / 1024} KiB.");
            }
        }

        return SessionRequest.Read(buffer.AsSpan(0, count));
    }

    private static string? ReadKey(HttpRequest request)
    {
        var key = request.Headers[KeyHeader].ToString();
        return key.Length <= LongestKey
            ? key.Length == 0 ? null : key
            : throw new FleetException(FleetErrors.InvalidRequest, $"{KeyHeader} is longer than {LongestKey} characters.");
    }

    private async Task HandleAsync(HttpContext context, string route, ISessionFleet fleet)
    {
        var cancellation = context.RequestAborted;
        switch (route)
        {
            case Find:
                var found = await fleet.FindJoinableAsync(cancellation).ConfigureAwait(false);
                await WriteAsync(context, found, SessionJson.Default.IReadOnlyListSessionGame).ConfigureAwait(false);
                break;
            case Join:
                var join = await ReadAsync(context).ConfigureAwait(false);
                var (session, player) = (join.Text("GameSessionId"), join.Text("uuid"));
                join.ThrowIfWrong();
                await WritePlaceAsync(context, await fleet.JoinAsync(session, player, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            default:
                var create = await ReadAsync(context).ConfigureAwait(false);
                var wish = new SessionWish(
                    create.Text("session_name"),
                    create.Text("uuid"),
                    create.Players("num_connections"),
                    create.Choice("reuse"),
                    ReadKey(context.Request));
                create.ThrowIfWrong();
                await WritePlaceAsync(context, await _start.RunAsync(fleet, wish, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
                break;
        }
    }

    private Task WritePlaceAsync(HttpContext context, SessionPlayer place)
    {
        LogPlace(place.PlayerId, place.GameSessionId, $"{place.IpAddress}:{place.Port}?PlayerSessionId={place.PlayerSessionId}");
        return WriteAsync(context, place, SessionJson.Default.SessionPlayer);
    }

    [LoggerMessage(LogLevel.Information, "Player {PlayerId} has a place in {GameSessionId}: {ConnectString}")]
    private partial void LogPlace(string playerId, string gameSessionId, string connectString);

    [LoggerMessage(LogLevel.Warning, "/{Route} was refused ({Code}): {Message}")]
    private partial void LogRefused(string route, string code, string message);
}
