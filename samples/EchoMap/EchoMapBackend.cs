using System.Globalization;
using System.Net;
using FleetBridge.Backends;
using Microsoft.Extensions.Logging;

namespace EchoMap;

/// <summary>A backend with one resource: a live map of an echo server's players, which the page shows below Deployments.</summary>
public sealed class EchoMapBackend : Backend
{
    internal const string Server = "echo_server";
    internal const string Seconds = "seconds";

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings =>
    [
        new(Server, "Where the echo server listens: its address and UDP port.", "127.0.0.1:7777")
        {
            Validate = value => IPEndPoint.TryParse(value, out var server) && server.Port > 0 ? null : "is not an address with a port, such as 127.0.0.1:7777",
        },
        new(Seconds, "How long to watch its players.", "540")
        {
            Validate = value => int.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600 ? null : "is not between 1 and 3600",
        },
    ];

    /// <inheritdoc/>
    public override BackendMetadata Metadata => new("Map of an echo server", "<Header>Where its players are</>\nWatch it, and open the live picture.",
        [new("Map", "A picture of the players, drawn again when one moves.", [new("Check", "/deployment/map/check"), new("Watch", "/deployment/map/watch")])]);

    /// <inheritdoc/>
    public override IReadOnlyList<Resource> Resources { get; } = [new PlayerMap()];
}

internal sealed partial class PlayerMap : Resource
{
    /// <summary>The topic of its pictures: <c>GET /stream/echo-map</c>.</summary>
    public const string Topic = "echo-map";

    /// <summary>A stream shows at most ten pictures a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override string Path => "deployment/map";

    public override IReadOnlyList<Operation> Operations => [Operation.Check(CheckAsync), new("watch", OperationKind.Read, WatchAsync)];

    private static async Task<BackendResult> CheckAsync(BackendContext context)
    {
        using var server = new EchoServerPlayers(IPEndPoint.Parse(context.Settings[EchoMapBackend.Server]), context.Clock);
        var players = await server.ReadAsync(context.Cancellation);
        return BackendResult.Success(new() { ["State"] = "READY", ["Players"] = players.Count });
    }

    private static async Task<BackendResult> WatchAsync(BackendContext context)
    {
        var end = context.Clock.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(context.Settings[EchoMapBackend.Seconds], CultureInfo.InvariantCulture));
        using var server = new EchoServerPlayers(IPEndPoint.Parse(context.Settings[EchoMapBackend.Server]), context.Clock);
        IReadOnlyList<PlayerPlace>? drawn = null;
        var pictures = 0;
        LogWatching(context.Logger, context.Settings[EchoMapBackend.Server], Topic);
        while (context.Clock.GetUtcNow() < end)
        {
            // the first picture says that there is a topic; the others are for those who watch it
            if (drawn is null || context.Frames.IsWatched(Topic))
            {
                var players = await server.ReadAsync(context.Cancellation);
                if (drawn is null || !players.SequenceEqual(drawn))
                {
                    context.Frames.Publish(Topic, MapPicture.Draw(players));
                    drawn = players;
                    pictures++;
                    context.Progress.Report(new("Watching", Fraction: null, $"{players.Count} players"));
                }
            }

            await Task.Delay(Pause, context.Clock, context.Cancellation);
        }

        return BackendResult.Success(new() { ["Pictures"] = pictures });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching the players of {Server}: open the live picture {Topic}.")]
    private static partial void LogWatching(ILogger logger, string server, string topic);
}
