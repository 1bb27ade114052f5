using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Hosting;

/// <summary>JSON as the body of a response.</summary>
internal static class GatewayResponse
{
    /// <summary>Writes why a request was not done.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string error, string description)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, Mesh.MeshJson.Write(new JsonObject { ["error"] = error, ["description"] = description }));
    }

    /// <summary>Writes a whole body.</summary>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}
