using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Protocol;

/// <summary>
/// <c>GET /healthz</c>, on both ports: which bridge serves this port, in which version, as which process, with which backends, and
/// for which editors.
/// From it the command line and the editor's module know that the port is held by a FleetBridge.
/// </summary>
internal sealed class HealthEndpoint(BridgeComposition bridge, Sponsors sponsors, int httpPort, int webSocketPort, int gatewayPort)
{
    /// <summary>Whether a request is for it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True for <c>GET /healthz</c>.</returns>
    public static bool Takes(HttpRequest request) => HttpMethods.IsGet(request.Method)

        // Not the path that the server has decoded and shortened: /aws/1/../../healthz would be ours.
        && RequestTarget.TryParse(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target, out _)
        && target.Segments is [HealthMessage.Segment];

    /// <summary>Responds.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isKnown">Whether the client may know the backends; else it learns only which bridge serves the port.</param>
    /// <returns>Completes when the response is written.</returns>
    public Task HandleAsync(HttpContext context, bool isKnown) => JsonResponse.WriteAsync(context, Health(isKnown).Write());

    /// <summary>What it responds.</summary>
    /// <param name="isKnown">Whether the client may know the backends.</param>
    public HealthMessage Health(bool isKnown) => new()
    {
        Version = ProgramInfo.Version,
        ProcessId = Environment.ProcessId,
        HttpPort = httpPort,
        WebSocketPort = webSocketPort,
        GatewayPort = gatewayPort,
        IsStopping = bridge.Stopping.IsCancellationRequested || sponsors.IsOver,
        IsReady = bridge.BackendsLoaded.IsCompleted,
        Backends = isKnown ? bridge.Backends.Statuses : null,
        Sponsors = isKnown ? sponsors.Present : null,
    };
}
