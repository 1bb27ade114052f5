using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>One route: what serves it, and what the OpenAPI document says of it.</summary>
internal sealed record FleetRoute
{
    public required string Method { get; init; }

    /// <summary>The path, with its variable parts in braces.</summary>
    public required string Path { get; init; }

    public required string Summary { get; init; }

    /// <summary>Handles a request; the values are those of the path's variable parts.</summary>
    public required Func<RouteCall, Task> Handle { get; init; }

    /// <summary>The type of its body; null for none.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>The type of its response; null for none, or for one that is no JSON.</summary>
    public JsonTypeInfo? Response { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The names of its query parameters, with what they are.</summary>
    public IReadOnlyList<(string Name, string Description)> Query { get; init; } = [];

    /// <summary>The content types of its response, where it is no JSON.</summary>
    public IReadOnlyList<string> ContentTypes { get; init; } = [];

    /// <summary>The values of the variable parts; null when the path is another.</summary>
    public string[]? Match(string[] segments)
    {
        var parts = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != segments.Length)
        {
            return null;
        }

        var values = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i][0] == '{')
            {
                values.Add(segments[i]);
            }
            else if (parts[i] != segments[i])
            {
                return null;
            }
        }

        return [.. values];
    }
}

/// <summary>A request on its way through a route.</summary>
/// <param name="Fleet">The workers and their servers.</param>
/// <param name="Context">The request.</param>
/// <param name="Values">The values of the path's variable parts.</param>
internal sealed record RouteCall(WorkerFleet Fleet, HttpContext Context, string[] Values)
{
    /// <summary>The server or the worker.</summary>
    public string Id => Values[0];

    /// <summary>A query parameter; null for none.</summary>
    public string? Query(string name) => Context.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>The part of a list that is asked for.</summary>
    public PageRequest Page => PageRequest.Read(Query("limit"), Query("after"));

    public Task RespondAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, string? location = null)
    {
        if (location is not null)
        {
            Context.Response.Headers.Location = location;
        }

        return Problems.WriteAsync(Context, status, value, type);
    }

    public Task RespondAsync(int status)
    {
        Context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
