using System.Globalization;
using System.Text;
using FleetBridge.Core.Requests;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Streams;

/// <summary>
/// <c>GET /stream/{topic}</c>: a topic's pictures as multipart/x-mixed-replace, which browsers show in an image element. The newest
/// one wins, a viewer gets at most ten a second, and each viewer goes at its own pace.
/// </summary>
internal sealed class StreamEndpoint(FrameBoard board, TimeProvider clock, CancellationToken stopping)
{
    public const string Segment = "stream";

    private const string Boundary = "fleetbridge-frame";

    /// <summary>Ten a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Still = TimeSpan.FromSeconds(1);

    private static readonly byte[] Delimiter = Encoding.ASCII.GetBytes($"\r\n--{Boundary}\r\n");

    /// <summary>Serves a viewer until it leaves.</summary>
    /// <returns>False where there can be no such topic.</returns>
    public async Task<bool> TryServeAsync(HttpContext context, string name)
    {
        if (board.Find(name) is not { } topic)
        {
            return false;
        }

        context.Response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Content-Type-Options"] = "nosniff";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        topic.Enter();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await SendAsync(context.Response.Body, topic, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // the viewer has gone, or the gateway stops
        }
        finally
        {
            topic.Leave();
        }

        return true;
    }

    /// <summary>
    /// Waits for a picture newer than the last one. Browsers show a picture when the head of the next one has come: one that stays the
    /// newest for a second is sent once more.
    /// </summary>
    private async Task<(ReadOnlyMemory<byte> Jpeg, long Number)> NextAsync(FrameTopic topic, long seen, bool canRepeat, CancellationToken ending)
    {
        if (!canRepeat)
        {
            return await topic.WaitAsync(seen, ending).ConfigureAwait(false);
        }

        using var still = new CancellationTokenSource(Still, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(still.Token, ending);
        try
        {
            return await topic.WaitAsync(seen, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (still.IsCancellationRequested && !ending.IsCancellationRequested)
        {
            return topic.Newest;
        }
    }

    private async Task SendAsync(Stream body, FrameTopic topic, CancellationToken ending)
    {
        await body.WriteAsync(Delimiter.AsMemory(2), ending).ConfigureAwait(false);
        await body.FlushAsync(ending).ConfigureAwait(false);
        var (seen, isRepeated) = (0L, true);
        while (true)
        {
            var (jpeg, number) = await NextAsync(topic, seen, canRepeat: !isRepeated, ending).ConfigureAwait(false);
            isRepeated = number == seen;
            var head = string.Create(CultureInfo.InvariantCulture, $"Content-Type: image/jpeg\r\nContent-Length: {jpeg.Length}\r\n\r\n");
            await body.WriteAsync(Encoding.ASCII.GetBytes(head), ending).ConfigureAwait(false);
            await body.WriteAsync(jpeg, ending).ConfigureAwait(false);

            // a browser shows a part when the next boundary has come
            await body.WriteAsync(Delimiter, ending).ConfigureAwait(false);
            await body.FlushAsync(ending).ConfigureAwait(false);
            seen = number;
            await Task.Delay(Pause, clock, ending).ConfigureAwait(false);
        }
    }
}
