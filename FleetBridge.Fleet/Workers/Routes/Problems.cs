using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>Responses of the routes: JSON, and problem details (RFC 9457) for what is refused.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";
    private const string JsonType = "application/json";

    private static readonly Dictionary<string, int> Statuses = new(StringComparer.Ordinal)
    {
        [WorkerAdmission.WrongSecret] = StatusCodes.Status401Unauthorized,
        [WorkerAdmission.TokenNeeded] = StatusCodes.Status401Unauthorized,
        [JoinTokens.Refused] = StatusCodes.Status401Unauthorized,
        ["unauthorized"] = StatusCodes.Status401Unauthorized,
        ["forbidden"] = StatusCodes.Status403Forbidden,
        ["not_found"] = StatusCodes.Status404NotFound,
        ["server_not_found"] = StatusCodes.Status404NotFound,
        ["worker_not_found"] = StatusCodes.Status404NotFound,
        ["command_not_found"] = StatusCodes.Status404NotFound,
        ["method_not_allowed"] = StatusCodes.Status405MethodNotAllowed,
        ["server_deleted"] = StatusCodes.Status409Conflict,
        ["no_worker"] = StatusCodes.Status409Conflict,
        ["worker_frozen"] = StatusCodes.Status409Conflict,
        ["worker_shutdown"] = StatusCodes.Status409Conflict,
        ["worker_has_servers"] = StatusCodes.Status409Conflict,
        ["cannot_install"] = StatusCodes.Status409Conflict,
        ["body_too_large"] = StatusCodes.Status413PayloadTooLarge,
        ["unsupported_media_type"] = StatusCodes.Status415UnsupportedMediaType,
        ["internal_error"] = StatusCodes.Status500InternalServerError,
        ["log_unavailable"] = StatusCodes.Status502BadGateway,
        ["worker_unreachable"] = StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>The status of a refusal; 400 for what is wrong with the request itself.</summary>
    public static int StatusOf(string code) => Statuses.GetValueOrDefault(code, StatusCodes.Status400BadRequest);

    /// <summary>Responds with a problem.</summary>
    public static Task WriteAsync(HttpContext context, ServerException problem)
    {
        var status = StatusOf(problem.Code);
        return WriteAsync(
            context,
            status,
            new ProblemObject
            {
                Title = ReasonPhrases.GetReasonPhrase(status),
                Status = status,
                Detail = problem.Message,
                Code = problem.Code,
                Errors = problem.Problems is { Count: > 0 } problems ? problems : null,
            },
            RouteJson.Default.ProblemObject,
            ContentType);
    }

    /// <summary>Responds with JSON.</summary>
    public static Task WriteAsync<T>(
        HttpContext context, int status, T value, JsonTypeInfo<T> type, string contentType = JsonType) =>
        WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(value, type), contentType);

    /// <summary>Responds with JSON.</summary>
    public static Task WriteAsync(HttpContext context, int status, byte[] body, string contentType = JsonType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
