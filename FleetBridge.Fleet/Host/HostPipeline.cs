using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.GameLift.ServerSdk;
using FleetBridge.Fleet.Joining;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>
/// The way of every request through a host, the same on both ports: the guard, <c>/healthz</c>, the server SDK's WebSocket on any
/// path, and then the routes, which wait until the store is open.
/// </summary>
internal sealed partial class HostPipeline(
    Func<HealthMessage> health,
    WorkerGate workers,
    ServerSdkEndpoint servers,
    FleetService fleet,
    HostRoutes routes,
    HostReach reach,
    ILogger logger)
{
    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (LoopbackGuard.FindObjection(context.Request, reach.AllowsAnyName(context.Request)) is { } objection)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, objection).ConfigureAwait(false);
            return;
        }

        if (RequestFraming.FindDoubt(context.Request) is { } doubt)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, doubt).ConfigureAwait(false);
            return;
        }

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

            await HostResponse.WriteErrorAsync(
                context,
                StatusCodes.Status500InternalServerError,
                "InternalService",
                "A bug in FleetBridge. The host's log file has the trace; please report it.").ConfigureAwait(false);
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        if (fleet.IsStandby && context.Request.Path != HealthMessage.Path)
        {
            context.Response.Headers.RetryAfter = "1";
            await HostResponse.WriteErrorAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "Standby",
                "This host is a standby: another one holds the store. It responds when it has taken over.").ConfigureAwait(false);
            return;
        }

        if (WorkerGate.Takes(context.Request))
        {
            await workers.HandleAsync(context).ConfigureAwait(false);
            return;
        }

        if (ServerSdkEndpoint.Takes(context.Request))
        {
            await servers.HandleAsync(context).ConfigureAwait(false);
            return;
        }

        var isTarget = RequestTarget.TryParse(
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target, out _);
        if (isTarget && HttpMethods.IsGet(context.Request.Method) && target!.Segments is [HealthMessage.Segment])
        {
            await HostResponse.WriteAsync(context, health().Write()).ConfigureAwait(false);
            return;
        }

        if (reach.FindObjection(context) is { } objection)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, objection).ConfigureAwait(false);
            return;
        }

        FleetControl control;
        try
        {
            control = await fleet.Opening.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // why is in the log, and is what the host ends with
            await HostResponse.WriteErrorAsync(
                context, StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", "The host could not open its store, and stops.")
                .ConfigureAwait(false);
            return;
        }

        await routes.HandleAsync(context, control).ConfigureAwait(false);
    }

    /// <summary>Refuses a request and closes its connection, so that nothing behind it, nor in its body, is ever read.</summary>
    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        LogRefused(context.Request.Method, reason);
        context.Response.Headers.Connection = "close";
        return HostResponse.WriteErrorAsync(context, status, "Refused", reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Method} request was refused. {Reason}")]
    private partial void LogRefused(string method, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
