using FleetBridge.Fleet.Control;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Host;

/// <summary>What a host responds to besides <c>/healthz</c> and the server SDK's WebSocket.</summary>
internal sealed class HostRoutes
{
    /// <summary>Handles a request that was let in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="control">The fleet.</param>
    public Task HandleAsync(HttpContext context, FleetControl control) => HostResponse.WriteErrorAsync(
        context,
        StatusCodes.Status404NotFound,
        "NotFound",
        "This is a FleetBridge host. It responds to the GameLift API (POST /), to game servers (WebSocket), and to GET /healthz.");
}
