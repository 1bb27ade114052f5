using System.Globalization;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>A log as a response: its bytes, or server-sent events.</summary>
internal static class LogResponse
{
    /// <summary>Responds to a request for a log.</summary>
    /// <exception cref="ServerException">The query is wrong, or the log cannot be read.</exception>
    public static async Task WriteAsync(RouteCall call)
    {
        var context = call.Context;
        var request = Read(call);
        await using var parts = call.Fleet.ReadLogAsync(request, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);

        // what goes wrong before the first part is still a problem with a status
        var isMore = await parts.MoveNextAsync().ConfigureAwait(false);
        context.Response.ContentType = request.Follow ? "text/event-stream" : "text/plain";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        var events = new LineEvents(context.Response.BodyWriter);
        try
        {
            for (; isMore; isMore = await parts.MoveNextAsync().ConfigureAwait(false))
            {
                if (request.Follow)
                {
                    events.Write(parts.Current.Span);
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                }
                else
                {
                    await context.Response.BodyWriter.WriteAsync(parts.Current, context.RequestAborted).ConfigureAwait(false);
                }
            }
        }
        catch (ServerException exception) when (request.Follow)
        {
            events.End(exception.Message);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (ServerException)
        {
            // half a log must not look like a whole one
            context.Abort();
        }
    }

    private static LogRequest Read(RouteCall call) => new()
    {
        RequestId = Guid.NewGuid().ToString("N"),
        ServerId = call.Id,
        Tail = call.Query("tail") switch
        {
            null => null,
            { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) => lines,
            _ => throw new ServerException("invalid_query", "tail is not a number of lines."),
        },
        From = ReadTime(call, "from"),
        To = ReadTime(call, "to"),
        Follow = call.Query("follow") switch
        {
            null or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw new ServerException("invalid_query", "follow is true or false."),
        },
    };

    private static DateTimeOffset? ReadTime(RouteCall call, string name) => call.Query(name) switch
    {
        null => null,

        // a + in a query is a space to whoever forgets to escape it
        { } text when DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => throw new ServerException("invalid_query", $"{name} is not a time such as 2026-05-04T10:11:12Z."),
    };
}
