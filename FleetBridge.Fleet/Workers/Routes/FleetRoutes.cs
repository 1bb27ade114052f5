using FleetBridge.Core.Security;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>
/// The routes of the fleet: <c>/server</c>, <c>/worker</c> and <c>/openapi.json</c>. They start programs, so that they respond to this
/// machine alone, whatever the host listens on.
/// </summary>
/// <param name="tokenFile">The file with the token of those who may change anything; null where everybody on this machine may. Behind a
/// tunnel a worker of elsewhere seems to be on this machine, and may be a worker only.</param>
/// <param name="logger">Says what is refused.</param>
internal sealed partial class FleetRoutes(string? tokenFile, ILogger logger)
{
    private const string OpenApiPath = "/openapi.json";

    private static readonly FleetRoute[] Table = [.. ServerRoutes.All, .. WorkerRoutes.All];

    private readonly Lazy<AccessToken?> _token = new(() => tokenFile is null ? null : TokenFile.ReadOrMake(tokenFile));
    private readonly Lazy<byte[]> _openApi = new(() => OpenApi.Write(Table));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FleetRoute> All => Table;

    /// <summary>Whether a request is for one of the routes.</summary>
    public static bool Takes(HttpRequest request) => request.Path == OpenApiPath || request.Path == "/join-token"
        || (request.Path.Value is { } path && (IsBelow(path, "/server") || IsBelow(path, "/worker")));

    /// <summary>Responds to a request that <see cref="Takes"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fleet">The workers and their servers.</param>
    public async Task HandleAsync(HttpContext context, WorkerFleet fleet)
    {
        try
        {
            await RouteAsync(context, fleet).ConfigureAwait(false);
        }
        catch (ServerException exception)
        {
            LogRefused(context.Request.Method, VisiblePath(context), exception.Code, exception.Message);
            await Problems.WriteAsync(context, exception).ConfigureAwait(false);
        }
        catch (TokenFileException exception)
        {
            await Problems.WriteAsync(context, new ServerException("internal_error", exception.Message)).ConfigureAwait(false);
        }
        catch (FleetException exception)
        {
            LogRefused(context.Request.Method, VisiblePath(context), exception.Code, exception.Message);
            await Problems.WriteAsync(context, new ServerException("internal_error", exception.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client has gone
        }
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');

    private static string VisiblePath(HttpContext context) => ShortText.Of(context.Request.Path.Value ?? "");

    /// <summary>Other machines and other names of this one are refused here also where the ports are open to them.</summary>
    private static void CheckIsLocal(HttpContext context)
    {
        if (!WorkerAdmission.IsLocal(context.Connection.RemoteIpAddress))
        {
            throw new ServerException("forbidden", "The routes of the fleet start programs: they respond to the host's own machine alone.");
        }

        if (LoopbackGuard.FindObjection(context.Request) is { } objection)
        {
            throw new ServerException("forbidden", objection);
        }
    }

    /// <summary>A worker on another machine registers here, over TLS, and by a name of this machine that the host allows.</summary>
    private static bool IsWorkerElsewhere(HttpRequest request, string path) => request.IsHttps && HttpMethods.IsPost(request.Method)
        && path.TrimEnd('/').Split('/') is ["", "worker"] or ["", "worker", _];

    /// <summary>What a worker sends before its link is there, or without one: its registration is checked by itself.</summary>
    private static bool IsOfWorkers(string path) =>
        path.TrimEnd('/').Split('/') is ["", "worker"] or ["", "worker", _] or ["", "worker" or "server", _, "health"];

    private void CheckToken(HttpContext context, string path)
    {
        if (HttpMethods.IsGet(context.Request.Method) || (HttpMethods.IsPost(context.Request.Method) && IsOfWorkers(path))
            || _token.Value is not { } token || token.IsIn(context.Request))
        {
            return;
        }

        context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
        throw new ServerException(
            "unauthorized", $"This host runs with --join-always, since a tunnel ends here: send the token in the file {tokenFile} as a bearer token.");
    }

    private async Task RouteAsync(HttpContext context, WorkerFleet fleet)
    {
        var path = context.Request.Path.Value ?? "";
        if (!IsWorkerElsewhere(context.Request, path))
        {
            CheckIsLocal(context);
            CheckToken(context, path);
        }

        if (path == OpenApiPath && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = _openApi.Value.Length;
            await context.Response.Body.WriteAsync(_openApi.Value, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var segments = path.TrimEnd('/').Split('/')[1..];
        var methods = new List<string>();
        foreach (var route in Table)
        {
            if (route.Match(segments) is not { } values)
            {
                continue;
            }

            if (HttpMethods.Equals(route.Method, context.Request.Method))
            {
                await route.Handle(new RouteCall(fleet, context, values)).ConfigureAwait(false);
                return;
            }

            methods.Add(route.Method);
        }

        if (methods.Count == 0 && path != OpenApiPath)
        {
            throw new ServerException("not_found", "There is no such route. GET /openapi.json lists them.");
        }

        context.Response.Headers.Allow = methods.Count == 0 ? "GET" : string.Join(", ", methods);
        throw new ServerException("method_not_allowed", $"This route does not take {ShortText.Of(context.Request.Method)}.");
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Path} was refused ({Code}): {Reason}")]
    private partial void LogRefused(string method, string path, string code, string reason);
}
