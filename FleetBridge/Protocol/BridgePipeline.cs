using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>The way of every request through the server: the guard first, then the endpoint of its port.</summary>
internal sealed partial class BridgePipeline(
    BackendEndpoint backends,
    HealthEndpoint health,
    SponsorEndpoint sponsors,
    SponsorConnections connections,
    EditorStreams streams,
    RunningRequests running,
    AccessToken? token,
    RefusalLog refusals,
    ILogger<BridgePipeline> logger,
    CancellationToken stopping)
{
    /// <summary>Of a method's name in a message; a client may send 256 KiB of it.</summary>
    private const int LongestMethod = 20;

    private const string NoToken = "This bridge requires a token with each request (Authorization: Bearer). The command line and "
        + "the editor's module send it when FLEETBRIDGE_TOKEN_FILE names the file that the bridge was started with.";

    /// <summary>The way of a request to a backend.</summary>
    public RequestDelegate Requests => Guard(RespondAsync);

    /// <summary>Puts the guard and <c>GET /healthz</c> before the endpoint of a port.</summary>
    /// <param name="next">The endpoint.</param>
    /// <returns>The pipeline of that port.</returns>
    public RequestDelegate Guard(RequestDelegate next) => context => GuardAsync(context, next);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (LoopbackGuard.FindObjection(context.Request) is { } objection)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, objection).ConfigureAwait(false);
            return;
        }

        if (RequestFraming.FindDoubt(context.Request) is { } doubt)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, doubt).ConfigureAwait(false);
            return;
        }

        var isKnown = token is null || token.IsIn(context.Request);
        var asksHealth = HealthEndpoint.Takes(context.Request);
        if (!isKnown && !asksHealth)
        {
            context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, NoToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await (asksHealth ? health.HandleAsync(context, isKnown) : next(context)).ConfigureAwait(false);
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
                // The spaces sent so far are not JSON: a regular end here would crash the editor's parser.
                context.Abort();
            }
            else
            {
                await JsonResponse.WriteErrorAsync(
                    context,
                    StatusCodes.Status500InternalServerError,
                    "A bug in FleetBridge. The log file has the trace; please report it.").ConfigureAwait(false);
            }
        }
    }

    /// <summary>Refuses a request and closes its connection, so that nothing behind it, nor in its body, is ever read.</summary>
    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        refusals.Refused(reason, $"A {ShortMethod(context)} request was refused. {reason}");
        context.Response.Headers.Connection = "close";
        return JsonResponse.WriteErrorAsync(context, status, reason);
    }

    private async Task RespondAsync(HttpContext context)
    {
        if (!await TryReadBodyAsync(context).ConfigureAwait(false))
        {
            return;
        }

        if (SponsorEndpoint.Takes(context.Request))
        {
            await sponsors.HandleAsync(context).ConfigureAwait(false);
            return;
        }

        if (!streams.IsEmpty)
        {
            RequestOrigin.Current = connections.Find(context);
        }

        running.Begin();
        try
        {
            if (stopping.IsCancellationRequested)
            {
                await JsonResponse.WriteErrorAsync(
                    context, StatusCodes.Status503ServiceUnavailable, "The bridge is stopping.").ConfigureAwait(false);
                return;
            }

            await backends.HandleAsync(context).ConfigureAwait(false);
        }
        finally
        {
            running.End();
        }
    }

    /// <summary>Reads the body, which no request of the editor has: one that the server refuses is refused before a backend
    /// runs.</summary>
    private Task<bool> TryReadBodyAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } ? ReadBodyAsync(context) : Task.FromResult(true);

    private async Task<bool> ReadBodyAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
            return true;
        }
        catch (IOException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // nearly always a BadHttpRequestException, but not for a chunk's size that does not fit into a number
            refusals.Refused(
                exception.Message, $"A {ShortMethod(context)} request was refused. {exception.Message} Requests to the bridge must have an empty body.");
            context.Response.Headers.Connection = "close";
            await JsonResponse.WriteErrorAsync(
                context,
                exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest,
                $"{exception.Message} Requests to the bridge must have an empty body.")
                .ConfigureAwait(false);
            return false;
        }
    }

    private static string ShortMethod(HttpContext context) => ShortText.Of(context.Request.Method, LongestMethod);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
