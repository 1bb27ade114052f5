using System.Net.Http.Headers;
using System.Threading.Channels;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.GameLift.Events;

/// <summary>
/// Posts the events of placements to the user's own address, as SNS would. An event is posted at most three times; while the address does
/// not respond, the oldest are given up, and the log says so.
/// </summary>
internal sealed partial class EventPosts(Uri address, TimeProvider clock, ILogger logger) : IHostedService, IDisposable
{
    private const int Attempts = 3;

    /// <summary>Events that may wait.</summary>
    private const int MostWaiting = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PostLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Posts what happens to placements from now on.</summary>
    public void Watch(FleetControl control)
    {
        var waiting = Channel.CreateBounded<PlacementEvent>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest },
            dropped => LogGivenUp(dropped.MessageId, address, $"more than {MostWaiting} events wait."));
        var changes = control.Changes(_stop.Token);
        _running = Task.WhenAll(
            Task.Run(() => WatchAsync(control, changes, waiting.Writer)),
            Task.Run(() => PostAllAsync(waiting.Reader)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync(FleetControl control, IAsyncEnumerable<FleetChange> changes, ChannelWriter<PlacementEvent> waiting)
    {
        while (true)
        {
            try
            {
                await foreach (var change in changes.ConfigureAwait(false))
                {
                    if (change is { Before: Placement { Status: PlacementStatus.PENDING }, After: Placement placement }
                        && PlacementEvent.Of(
                            placement,
                            control.Read(model => model.FindQueue(placement.GameSessionQueueName)),
                            control.Options.Model.Account,
                            clock.GetUtcNow()) is { } ended)
                    {
                        waiting.TryWrite(ended);
                    }
                }

                // the fleet is closed
                waiting.Complete();
                return;
            }
            catch (OperationCanceledException)
            {
                // the host stops
                return;
            }
            catch (InvalidOperationException exception)
            {
                LogBehind(exception.Message);
                changes = control.Changes(_stop.Token);
            }
        }
    }

    private async Task PostAllAsync(ChannelReader<PlacementEvent> waiting)
    {
        try
        {
            await foreach (var ended in waiting.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await PostAsync(ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the host stops
        }
    }

    private async Task PostAsync(PlacementEvent ended)
    {
        var problem = "";
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            using var limit = new CancellationTokenSource(PostLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            try
            {
                using var request = Request(ended);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                problem = $"status {(int)response.StatusCode}";
            }
            catch (HttpRequestException exception)
            {
                problem = exception.Message;
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
            {
                problem = $"no response within {PostLimit.TotalSeconds:0} s";
            }

            if (attempt < Attempts)
            {
                await Task.Delay(Pause, clock, _stop.Token).ConfigureAwait(false);
            }
        }

        LogGivenUp(ended.MessageId, address, problem);
    }

    private HttpRequestMessage Request(PlacementEvent ended)
    {
        var content = new ByteArrayContent(ended.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("x-amz-sns-message-type", "Notification");
        request.Headers.Add("x-amz-sns-message-id", ended.MessageId);
        request.Headers.TryAddWithoutValidation("x-amz-sns-topic-arn", ended.TopicArn);
        return request;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The placement event {MessageId} was not posted to {Address}: {Reason}. DescribeGameSessionPlacement still tells the placement's status.")]
    private partial void LogGivenUp(string messageId, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Placement events were lost: {Reason}")]
    private partial void LogBehind(string reason);
}
