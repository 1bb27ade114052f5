using System.Buffers;
using System.Globalization;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace FleetBridge.Protocol;

/// <summary>
/// What the module of an editor asks on the port for requests: <c>PUT /sponsors/&lt;pid&gt;</c> when the editor begins to use the
/// bridge, <c>DELETE /sponsors/&lt;pid&gt;</c> when it leaves, and <c>GET /sponsors/&lt;pid&gt;/log</c> for the records of its own
/// requests, as lines of JSON, while another editor has the log's place. The first two respond with what <c>/healthz</c> says.
/// </summary>
internal sealed class SponsorEndpoint(Sponsors sponsors, BridgeLog log, HealthEndpoint health) : IDisposable
{
    private const string Segment = "sponsors";
    private const string LogSegment = "log";
    private const int BatchBytes = 128 * 1024;

    /// <summary>How far a stream may fall behind.</summary>
    private static readonly LogBound StreamBound = new(long.MaxValue, 8L * 1024 * 1024);

    private readonly CancellationTokenSource _ending = new();
    private bool _isEnding;

    /// <summary>Whether a request is for it. POST is for backends, whatever their name.</summary>
    /// <param name="request">The request.</param>
    public static bool Takes(HttpRequest request) => !HttpMethods.IsPost(request.Method)
        && SegmentsOf(request) is [Segment, _] or [Segment, _, LogSegment];

    /// <summary>Ends the streams, with the records so far.</summary>
    public void EndStreams()
    {
        if (!Interlocked.Exchange(ref _isEnding, true))
        {
            _ending.Cancel();
        }
    }

    public void Dispose()
    {
        EndStreams();

        // once more does nothing
        _ending.Dispose();
    }

    /// <summary>Responds.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Completes when the response is written, or at the stream's end.</returns>
    public Task HandleAsync(HttpContext context)
    {
        var segments = SegmentsOf(context.Request)!;
        if (!int.TryParse(segments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
        {
            return JsonResponse.WriteErrorAsync(
                context, StatusCodes.Status400BadRequest, $"'{ShortText.Of(segments[1])}' is not a process id (a number above 0).");
        }

        return (context.Request.Method, segments.Length) switch
        {
            ("PUT", 2) => AddAsync(context, id),
            ("DELETE", 2) => RemoveAsync(context, id),
            ("GET", 3) => StreamAsync(context, id),
            _ => RefuseMethodAsync(context, segments.Length == 2 ? "PUT, DELETE" : "GET"),
        };
    }

    private static string[]? SegmentsOf(HttpRequest request) =>
        RequestTarget.TryParse(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target, out _)
            ? target.Segments
            : null;

    private static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return JsonResponse.WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, $"Use {allowed} here.");
    }

    private static Task RefuseUnknownAsync(HttpContext context, int id) => JsonResponse.WriteErrorAsync(
        context, StatusCodes.Status404NotFound,
        $"Process {id} is not among the editors that use this bridge. Send PUT /{Segment}/{id} first.");

    private Task AddAsync(HttpContext context, int id)
    {
        switch (sponsors.Add(id))
        {
            case SponsorAdding.NoProcess:
                return JsonResponse.WriteErrorAsync(
                    context, StatusCodes.Status404NotFound,
                    $"There is no process {id} on this machine. An editor in a container cannot be watched.");
            case SponsorAdding.TooMany:
                return JsonResponse.WriteErrorAsync(
                    context, StatusCodes.Status409Conflict, $"{Sponsors.Most} editors use this bridge already. Close one of them first.");
            case SponsorAdding.Stopping:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
        }

        return health.HandleAsync(context, isKnown: true);
    }

    private Task RemoveAsync(HttpContext context, int id) =>
        sponsors.Remove(id) ? health.HandleAsync(context, isKnown: true) : RefuseUnknownAsync(context, id);

    private async Task StreamAsync(HttpContext context, int id)
    {
        if (!sponsors.Ids.Contains(id))
        {
            await RefuseUnknownAsync(context, id).ConfigureAwait(false);
            return;
        }

        if (!log.Streams.TryOpen(id))
        {
            await JsonResponse.WriteErrorAsync(
                context, StatusCodes.Status409Conflict, $"The editor (process {id}) has this stream already.").ConfigureAwait(false);
            return;
        }

        try
        {
            await SendAsync(context, id).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the editor has left, or the bridge stops
        }
        finally
        {
            log.Streams.Close(id);
        }
    }

    private async Task SendAsync(HttpContext context, int id)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            // an editor at a breakpoint reads nothing
            rate.MinDataRate = null;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ending.Token);
        using var reader = log.Shown.Open(new LogReaderPolicy { Bound = StreamBound, DescribeGap = EditorPlace.DescribeGap });
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(ending.Token).ConfigureAwait(false);
        await context.Response.BodyWriter.FlushAsync(ending.Token).ConfigureAwait(false);
        var batch = new LogBatch();
        while (true)
        {
            await reader.TakeAsync(batch, BatchBytes, ending.Token).ConfigureAwait(false);
            foreach (var record in batch.Records.Where(record => log.Streams.GoesToStream(record, id)))
            {
                EditorRecord.Write(context.Response.BodyWriter, record);
                context.Response.BodyWriter.Write("\n"u8);
            }

            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }
}
