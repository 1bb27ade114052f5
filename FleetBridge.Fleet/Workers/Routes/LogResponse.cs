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
        var request = LogQuery.Read(context.Request, call.Id);
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
}
