using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Requests;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Protocol;

/// <summary>An HTTP response with a JSON body.</summary>
internal static class JsonResponse
{
    /// <summary>Responds to a request that did not reach a backend.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">What is wrong, and what to do.</param>
    /// <returns>Completes when it is written.</returns>
    public static Task WriteErrorAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, ErrorBody(error));
    }

    /// <summary>The body of a response to a request that did not reach a backend.</summary>
    public static ReadOnlyMemory<byte> ErrorBody(string error) =>
        ResponseMessage.Write(BridgeResponse.Completed(BackendResult.Failure(error)));

    /// <summary>Writes a whole body, with its length.</summary>
    /// <param name="context">The request; its status is set.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Completes when it is written.</returns>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = WireJson.ContentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}
