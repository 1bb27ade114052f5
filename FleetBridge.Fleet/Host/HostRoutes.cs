using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.GameLift.Api;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Fleet.Workers;
using FleetBridge.Fleet.Workers.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>What a host responds to besides <c>/healthz</c> and the server SDK's WebSocket.</summary>
/// <param name="sessions">The routes that a game's online subsystem calls.</param>
/// <param name="local">The routes by which this user's other programs start game servers.</param>
/// <param name="workers">The workers and their servers.</param>
/// <param name="fleetTokenFile">The file with the token of those who may change servers and workers; null where everybody on this machine may.</param>
/// <param name="loggers">For the GameLift API and the fleet's routes.</param>
internal sealed class HostRoutes(
    SessionRoutes sessions, LocalRoutes local, WorkerService workers, string? fleetTokenFile, ILoggerFactory loggers)
{
    private readonly FleetRoutes _fleet = new(fleetTokenFile, loggers.CreateLogger<FleetRoutes>());
    private GameLiftApi? _api;

    /// <summary>Handles a request that was let in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="control">The fleet.</param>
    public Task HandleAsync(HttpContext context, FleetControl control) => GameLiftApi.Claims(context.Request)
        ? (_api ??= new GameLiftApi(control, loggers.CreateLogger<GameLiftApi>())).HandleAsync(context)
        : SessionRoutes.Takes(context.Request) ? sessions.HandleAsync(context, control)
        : LocalRoutes.Takes(context.Request) ? local.HandleAsync(context, control)
        : FleetRoutes.Takes(context.Request) ? HandleFleetAsync(context)
        : RefuseAsync(context);

    private async Task HandleFleetAsync(HttpContext context) =>
        await _fleet.HandleAsync(context, await workers.Fleet.WaitAsync(context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static Task RefuseAsync(HttpContext context) => HostResponse.WriteErrorAsync(
        context,
        StatusCodes.Status404NotFound,
        "NotFound",
        "This is a FleetBridge host. It responds to the GameLift API (POST /), to game servers (WebSocket), to POST /create_session, "
        + "GET /find_session and POST /join_session, to the routes of the fleet (GET /openapi.json lists them), and to GET /healthz.");
}
