using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Fleet.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Joining;

/// <summary>Where workers connect their links: a WebSocket at <c>/worker</c>. On other machines they come over TLS.</summary>
/// <param name="opening">The fleet, which a worker waits for.</param>
/// <param name="accept">Serves the link of a worker whose id was made sure of.</param>
/// <param name="logger">Says who is refused.</param>
internal sealed partial class WorkerGate(Task<FleetControl> opening, Func<HttpContext, string, Task> accept, ILogger logger)
{
    /// <summary>The path.</summary>
    public const string Path = "/worker";

    /// <summary>Whether a request is for it; a game server's WebSocket may have any other path.</summary>
    public static bool Takes(HttpRequest request) => request.Path == Path && HttpMethods.IsGet(request.Method)
        && request.Headers.Upgrade.Any(protocol => protocol?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Serves a link until it has ended.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.Request.IsHttps && !WorkerAdmission.IsLocal(context.Connection.RemoteIpAddress))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Workers on other machines connect over TLS: use https and the host's TLS port.")
                .ConfigureAwait(false);
            return;
        }

        FleetControl control;
        try
        {
            control = await opening.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The host could not open its store, and stops.").ConfigureAwait(false);
            return;
        }

        if (control.Read(model => WorkerAdmission.Identify(model, context.Request)) is not { } workerId)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "This host does not know that worker, or the secret is another one.")
                .ConfigureAwait(false);
            return;
        }

        await accept(context, workerId).ConfigureAwait(false);
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        LogRefused(status, reason);
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        context.Response.ContentType = WireJson.ContentType;
        var json = new JsonObject { ["error"] = "Refused", ["message"] = reason };
        return context.Response.Body.WriteAsync(WireJson.Write(writer => WireJson.WriteMembers(writer, json))).AsTask();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A worker's link was refused with status {Status}. {Reason}")]
    private partial void LogRefused(int status, string reason);
}
