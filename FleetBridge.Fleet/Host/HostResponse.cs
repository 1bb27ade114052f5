using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Host;

/// <summary>A host's own responses: JSON, and for an error an object with <c>error</c> and <c>message</c>.</summary>
internal static class HostResponse
{
    /// <summary>Responds with an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">A name for programs, such as <c>NotFound</c>.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    public static Task WriteErrorAsync(HttpContext context, int status, string error, string message)
    {
        context.Response.StatusCode = status;
        var json = new JsonObject { ["error"] = error, ["message"] = message };
        return WriteAsync(context, WireJson.Write(writer => WireJson.WriteMembers(writer, json)));
    }

    /// <summary>Writes a whole body, with its length.</summary>
    /// <param name="context">The request; its status is set.</param>
    /// <param name="json">The JSON.</param>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}
