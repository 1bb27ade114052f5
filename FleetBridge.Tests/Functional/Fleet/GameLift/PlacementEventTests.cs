using System.Text.Json.Nodes;
using System.Threading.Channels;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>The events of placements, posted to the user's own address as SNS posts them.</summary>
public sealed class PlacementEventTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Topic = "arn:aws:sns:us-west-2:000000000000:placements";

    private readonly Channel<(IHeaderDictionary Headers, JsonObject Body)> _posts = Channel.CreateUnbounded<(IHeaderDictionary, JsonObject)>();
    private readonly Queue<int> _statuses = [];
    private WebApplication _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.MapPost("/sns", async (HttpContext context) =>
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            context.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : 200;
            await _posts.Writer.WriteAsync((new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
        });
        await _receiver.StartAsync();
        _host = await TestHost.StartAsync(output, options => options with { EventAddress = new Uri($"{_receiver.Urls.Single()}/sns") });
        await CreateQueueAsync(_host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Fulfilled_placement_is_posted_with_its_session_and_players()
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        await PlaceAsync("placement-1", "ada");
        var session = (string)(await server.NextPushAsync())["GameSessionId"]!;
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session });

        var (headers, body) = await NextAsync();
        Assert.Equal(("Notification", Topic), ((string?)body["Type"], (string?)body["TopicArn"]));
        Assert.Equal("Notification", headers["x-amz-sns-message-type"]);
        Assert.Equal((string?)body["MessageId"], headers["x-amz-sns-message-id"]);
        var message = JsonNode.Parse((string)body["Message"]!)!;
        Assert.Equal(("GameLift Queue Placement Event", "aws.gamelift"), ((string?)message["detail-type"], (string?)message["source"]));
        Assert.Contains("gamesessionqueue/queue", (string?)message["resources"]![0], StringComparison.Ordinal);
        var detail = message["detail"]!;
        Assert.Equal(
            ("PlacementFulfilled", "placement-1", session, $"{server.GamePort}", "127.0.0.1", "us-west-2", "mine"),
            ((string?)detail["type"], (string?)detail["placementId"], (string?)detail["gameSessionArn"], (string?)detail["port"],
                (string?)detail["ipAddress"], (string?)detail["gameSessionRegion"], (string?)detail["customEventData"]));
        var player = Assert.Single(detail["placedPlayerSessions"]!.AsArray())!;
        Assert.Equal("ada", (string?)player["playerId"]);
        Assert.StartsWith("psess-", (string?)player["playerSessionId"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_placement_is_posted_without_a_session()
    {
        await PlaceAsync("placement-2");
        await _host.Fleet.ChangeAsync(fleet => fleet.StopPlacement("placement-2"));
        var detail = JsonNode.Parse((string)(await NextAsync()).Body["Message"]!)!["detail"]!;
        Assert.Equal(("PlacementCancelled", "placement-2"), ((string?)detail["type"], (string?)detail["placementId"]));
        Assert.Null(detail["gameSessionArn"]);
        Assert.NotNull(detail["endTime"]);
    }

    [Fact]
    public async Task Failed_post_is_sent_again_with_the_same_id()
    {
        _statuses.Enqueue(500);
        await PlaceAsync("placement-3");
        await _host.Fleet.ChangeAsync(fleet => fleet.StopPlacement("placement-3"));
        var first = await NextAsync();
        Assert.Equal((string?)first.Body["MessageId"], (string?)(await NextAsync()).Body["MessageId"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Topic_to_which_nothing_is_sent_is_mentioned_when_a_queue_names_it(bool isMentioned)
    {
        await using var silent = isMentioned ? await TestHost.StartAsync(output) : null;
        var host = silent ?? _host;
        if (isMentioned)
        {
            await CreateQueueAsync(host);
            await Eventually.TrueAsync(() => host.ReadLogFile().Contains(Topic, StringComparison.Ordinal), "the log names the topic");
            Assert.Contains("--event-url", host.ReadLogFile(), StringComparison.Ordinal);
        }
        else
        {
            // a line that comes later is there, and this one is not
            await using var server = await host.Server(SdkDialect.Go).ReadyAsync();
            await Eventually.TrueAsync(() => host.ReadLogFile().Contains(server.ProcessId, StringComparison.Ordinal), "the log continues");
            Assert.DoesNotContain(Topic, host.ReadLogFile(), StringComparison.Ordinal);
        }
    }

    private static Task<GameSessionQueue> CreateQueueAsync(TestHost host) => host.Fleet.ChangeAsync(fleet => fleet.CreateQueue(new QueueSettings
    {
        Name = "queue",
        Destinations = [fleet.GetFleet("fleet-local").FleetArn],
        TimeoutInSeconds = 600,
        NotificationTarget = Topic,
        CustomEventData = "mine",
    }));

    private Task<Placement> PlaceAsync(string id, params string[] players) => _host.Fleet.ChangeAsync(fleet => fleet.StartPlacement(new NewPlacement
    {
        PlacementId = id,
        GameSessionQueueName = "queue",
        MaximumPlayerSessionCount = 2,
        DesiredPlayerSessions = [.. players.Select(player => new DesiredPlayerSession(player, null))],
    }));

    private async Task<(IHeaderDictionary Headers, JsonObject Body)> NextAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        return await _posts.Reader.ReadAsync(limit.Token);
    }
}
