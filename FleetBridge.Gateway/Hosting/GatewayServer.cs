using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Gateway.Calls;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Streams;
using FleetBridge.Gateway.Topics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Gateway.Hosting;

/// <summary>What a gateway is made of besides its own parts.</summary>
/// <param name="Mesh">The services.</param>
/// <param name="Topics">The topics besides those of the gateway itself.</param>
/// <param name="Health">Makes the response to <c>/healthz</c>; the flag says whether the client may know everything.</param>
internal sealed record GatewayParts(IServiceMesh Mesh, IReadOnlyList<Topic> Topics, Func<bool, HealthMessage> Health)
{
    /// <summary>The page; null for none.</summary>
    public IGatewayPage? Page { get; init; }

    /// <summary>The pictures that can be watched; null for none.</summary>
    public FrameBoard? Frames { get; init; }

    /// <summary>The host whose servers' logs are passed on; null for none.</summary>
    public HostClient? Fleet { get; init; }

    /// <summary>The page's sessions; null for none.</summary>
    public IPageSessions? Sessions { get; init; }

    /// <summary>What this machine is called on the mesh; null without one.</summary>
    public string? Machine { get; init; }
}

/// <summary>
/// A gateway: the way of every request through its port. It is made for the first connection, and consists of two halves that know each
/// other only by the messages between them: the consumers, and the calls to the mesh.
/// </summary>
internal sealed partial class GatewayServer : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly GatewayParts _parts;
    private readonly GatewayGuard _guard;
    private readonly ConsumerEndpoint _endpoint;
    private readonly ConsumerWatch _watch;
    private readonly JwtVerifier? _jwt;
    private readonly AuditLog _audit;
    private readonly RefusalLog _refusals;
    private readonly ILogger _logger;
    private readonly GatewayGauges _gauges;
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamEndpoint? _streams;
    private readonly ServerLogEndpoint? _serverLogs;

    public GatewayServer(GatewayOptions options, GatewayParts parts, BridgeLog log, string epoch, TimeProvider clock)
    {
        (_options, _parts, _refusals) = (options, parts, log.Refusals);
        _logger = log.Loggers.CreateLogger<GatewayServer>();
        _guard = new GatewayGuard(options.Port, options.IsPublic, options.IsTls);
        _audit = new AuditLog(AuditLog.FileIn(options.StateFolder), _logger, clock);
        _jwt = options.Jwt is { } jwt ? new JwtVerifier(jwt, clock) : null;
        Tokens = new TokenVerifier(new LocalTokens(options.StateFolder, clock), options.OwnToken, _jwt, clock);
        Consumers = new ConsumerRegistry(options.Limits, clock);
        Consumers.Registered += consumer => _audit.Connection(consumer.Identity!, consumer, "came");
        Topics.Add(PresenceTopic.Of(Consumers, epoch));
        foreach (var topic in parts.Topics)
        {
            Topics.Add(topic);
        }

        Calls = new CallTracker(parts.Mesh, options.Limits, epoch, _audit, _logger, clock);
        _gauges = new GatewayGauges(Consumers, Calls);
        _streams = parts.Frames is { } frames ? new StreamEndpoint(frames, clock, _stopping.Token) : null;
        _serverLogs = parts.Fleet is { } fleet ? new ServerLogEndpoint(fleet, Tokens, clock, _stopping.Token) : null;
        _watch = new ConsumerWatch(Tokens, clock);
        _endpoint = new ConsumerEndpoint(
            Consumers,
            new MessageHandler(Consumers, Topics, Calls, Tokens, options.Limits, _audit, clock),
            _watch,
            Tokens,
            parts.Sessions,
            options.Limits,
            _audit,
            log.FrameworkLoggers,
            clock);
    }

    public ConsumerRegistry Consumers { get; }

    public TopicTable Topics { get; } = new();

    public CallTracker Calls { get; }

    public TokenVerifier Tokens { get; }

    /// <summary>The topics of pictures that can be watched.</summary>
    public IReadOnlyList<string> Streams => _parts.Frames?.Topics ?? [];

    /// <summary>The services that can be called, here and beyond a broker.</summary>
    public IReadOnlyList<string> Services => _parts.Mesh.Services;

    /// <summary>What this machine is called on the mesh; null without one.</summary>
    public string? Machine => _parts.Machine;

    /// <summary>A new epoch: nobody has seen a number of it.</summary>
    public static string NewEpoch() => Guid.NewGuid().ToString("N")[..16];

    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException)
        {
            // the server responds with a status of its own
            throw;
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogBug(exception.GetType().Name, exception.Message);
            LogTrace(exception.ToString());
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            await GatewayResponse.WriteErrorAsync(
                context, StatusCodes.Status500InternalServerError, Wire.WireError.Internal, "A bug in FleetBridge. The log file has the trace; please report it.")
                .ConfigureAwait(false);
        }
    }

    /// <summary>Tells every consumer to come back, and takes no more.</summary>
    public async Task CloseAllAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Consumers.CloseAllAsync(_options.StopSpread).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _gauges.Dispose();
        _watch.Dispose();
        _audit.Dispose();
        _jwt?.Dispose();
        _stopping.Dispose();
        return default;
    }

    private async Task RouteAsync(HttpContext context)
    {
        var request = context.Request;
        var isTarget = RequestTarget.TryParse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target, out _);
        var isUpgrade = isTarget && target!.Segments is ["gateway"];
        if (_guard.FindObjection(request, isUpgrade) is { } objection)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, objection).ConfigureAwait(false);
        }
        else if (RequestFraming.FindDoubt(request) is { } doubt)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, doubt).ConfigureAwait(false);
        }
        else if (isUpgrade)
        {
            await _endpoint.HandleAsync(context).ConfigureAwait(false);
        }
        else if (isTarget && HttpMethods.IsGet(request.Method) && target!.Segments is [HealthMessage.Segment])
        {
            // what is installed is for those who are known
            await GatewayResponse.WriteAsync(context, _parts.Health(false).Write()).ConfigureAwait(false);
        }
        else if (isTarget && _streams is not null && HttpMethods.IsGet(request.Method) && target!.Segments is [StreamEndpoint.Segment, var topic])
        {
            await StreamAsync(context, _streams, topic).ConfigureAwait(false);
        }
        else if (isTarget && _serverLogs is not null && HttpMethods.IsGet(request.Method) && ServerLogEndpoint.PathOf(target!) is { } path)
        {
            await ReadServerLogAsync(context, _serverLogs, path).ConfigureAwait(false);
        }
        else if (_parts.Page is null || !await _parts.Page.TryHandleAsync(context).ConfigureAwait(false))
        {
            await GatewayResponse.WriteErrorAsync(
                context, StatusCodes.Status404NotFound, Wire.WireError.NotFound, "There is nothing at this path. The WebSocket is at /gateway.").ConfigureAwait(false);
        }
    }

    private async Task StreamAsync(HttpContext context, StreamEndpoint streams, string topic)
    {
        if (await AdmitAsync(context).ConfigureAwait(false) is null)
        {
            return;
        }

        if (!await streams.TryServeAsync(context, topic).ConfigureAwait(false))
        {
            await GatewayResponse.WriteErrorAsync(
                context, StatusCodes.Status404NotFound, Wire.WireError.NotFound, "There is no such topic of pictures.").ConfigureAwait(false);
        }
    }

    private async Task ReadServerLogAsync(HttpContext context, ServerLogEndpoint logs, string path)
    {
        if (await AdmitAsync(context).ConfigureAwait(false) is not { } identity)
        {
            return;
        }

        _audit.Reading(identity, context.Connection.RemoteIpAddress?.ToString() ?? "", path);
        if (await logs.ServeAsync(context, path, identity).ConfigureAwait(false) is { } error)
        {
            var status = error.Error is "server_not_found" or Wire.WireError.NotFound ? StatusCodes.Status404NotFound
                : error.Retryable ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status400BadRequest;
            await GatewayResponse.WriteErrorAsync(context, status, error.Error, error.Description).ConfigureAwait(false);
        }
    }

    /// <summary>Whose a stream is: the page's session, or a token.</summary>
    /// <returns>Null for nobody's, who has been told.</returns>
    private async ValueTask<Identity?> AdmitAsync(HttpContext context)
    {
        if (_parts.Sessions?.Find(context) is { } session)
        {
            return session;
        }

        var (found, problem) = await _endpoint.IdentifyAsync(context).ConfigureAwait(false);
        if (found is null)
        {
            problem ??= "A stream needs the page's session or a token.";
            _audit.Refused(context.Connection.RemoteIpAddress?.ToString() ?? "", problem);
            context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
            await GatewayResponse.WriteErrorAsync(context, StatusCodes.Status401Unauthorized, Wire.WireError.BadToken, problem).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Refuses a request and closes its connection, so that nothing behind it, nor in its body, is ever read.</summary>
    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        _refusals.Refused(reason, $"The gateway refused a {ShortText.Of(context.Request.Method, 20)} request. {reason}");
        _audit.Refused(context.Connection.RemoteIpAddress?.ToString() ?? "", reason);
        context.Response.Headers.Connection = "close";
        return GatewayResponse.WriteErrorAsync(context, status, "refused", reason);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
