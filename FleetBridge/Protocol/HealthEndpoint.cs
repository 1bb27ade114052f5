using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Protocol;

/// <summary>
/// <c>GET /healthz</c>: who serves this port, in which version, and with which backends. It tells the command line and
/// the editor's module that the port is held by a FleetBridge.
/// </summary>
internal sealed class HealthEndpoint(BridgeServer server)
{
    public const string Path = "/healthz";

    /// <summary>Whether a request asks for it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True for <c>GET /healthz</c>.</returns>
    public static bool Takes(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path == Path;

    public Task HandleAsync(HttpContext context)
    {
        var json = new JsonObject
        {
            ["name"] = ProgramInfo.Name,
            ["version"] = ProgramInfo.Version,
            ["ready"] = server.BackendsLoaded.IsCompleted,
            ["backends"] = BackendStatusJson.Of(server.Backends.Statuses),
        };
        return EditorJson.WriteBodyAsync(context, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
