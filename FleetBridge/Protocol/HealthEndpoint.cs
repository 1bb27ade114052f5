using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Protocol;

/// <summary>
/// <c>GET /healthz</c>, on both ports: who serves this port, in which version, as which process, and with which backends. It
/// tells the command line and the editor's module that the port is held by a FleetBridge.
/// </summary>
internal sealed class HealthEndpoint(BridgeServer server, int httpPort, int webSocketPort)
{
    /// <summary>Whether a request asks for it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True for <c>GET /healthz</c>.</returns>
    public static bool Takes(HttpRequest request) => HttpMethods.IsGet(request.Method)

        // Not the decoded path, in which the server has walked: /aws/1/../../healthz would be ours.
        && RequestTarget.TryParse(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target, out _)
        && target.Segments is [HealthMessage.Segment];

    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="toKnown">Whether the client may know what there is; else it learns only who serves the port.</param>
    /// <returns>Completes when it is answered.</returns>
    public Task HandleAsync(HttpContext context, bool toKnown)
    {
        var json = new JsonObject
        {
            ["name"] = ProgramInfo.Name,
            ["version"] = ProgramInfo.Version,
            ["pid"] = Environment.ProcessId,
            ["http_port"] = httpPort,
            ["websocket_port"] = webSocketPort,
            ["stopping"] = server.IsStopping,
            ["ready"] = server.BackendsLoaded.IsCompleted,
        };
        if (toKnown)
        {
            json["backends"] = BackendStatusJson.Of(server.Backends.Statuses);
        }

        return EditorJson.WriteBodyAsync(context, Redaction.Clean(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}
