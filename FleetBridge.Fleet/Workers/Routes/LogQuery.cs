using System.Globalization;
using FleetBridge.Fleet.Servers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>The query of a log: <c>tail</c>, <c>from</c>, <c>to</c>, <c>follow</c>.</summary>
internal static class LogQuery
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ServerException">It is wrong.</exception>
    public static LogRequest Read(HttpRequest request, string id) => new()
    {
        RequestId = Guid.NewGuid().ToString("N"),
        ServerId = id,
        Tail = Query(request, "tail") switch
        {
            null => null,
            { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) => lines,
            _ => throw new ServerException("invalid_query", "tail is not a number of lines."),
        },
        From = ReadTime(request, "from"),
        To = ReadTime(request, "to"),
        Follow = Query(request, "follow") switch
        {
            null or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw new ServerException("invalid_query", "follow is true or false."),
        },
    };

    private static DateTimeOffset? ReadTime(HttpRequest request, string name) => Query(request, name) switch
    {
        null => null,

        // a + in a query is a space to whoever forgets to escape it
        { } text when DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => throw new ServerException("invalid_query", $"{name} is not a time such as 2026-05-04T10:11:12Z."),
    };

    private static string? Query(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;
}
