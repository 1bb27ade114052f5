using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Local;

/// <summary>A game session on the fleet, with a player's place in it.</summary>
internal sealed partial class LocalGameSession(HostConnection host) : Resource
{
    private const string Fleet = "fleet-local";

    /// <summary>How long a server may take to become ready.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override string Path => "deployment/game_session";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/fleet"];

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations => [Operation.Check(CheckAsync), Operation.Create(CreateAsync), Operation.Delete(DeleteAsync)];

    private async Task<BackendResult> CheckAsync(BackendContext context)
    {
        var sessions = await host.FindHostAsync(context).ConfigureAwait(false) is null ? [] : await ListAsync(context).ConfigureAwait(false);
        foreach (var session in sessions)
        {
            LogSession(context.Logger, (string?)session["Name"] ?? "", (string?)session["Status"], $"{session["IpAddress"]}:{session["Port"]}",
                (int?)session["CurrentPlayerSessionCount"], (int?)session["MaximumPlayerSessionCount"]);
        }

        var details = new JsonObject
        {
            [BackendResult.StateDetail] = sessions.Count == 0 ? BackendResult.AbsentState : (string?)sessions[0]["Status"],
            ["Game Sessions"] = new JsonArray([.. sessions.Select(session => (JsonNode)Details(session))]),
        };
        return sessions.Count > 0
            ? BackendResult.Success(details)
            : BackendResult.Failure("There is no game session.", "Create the game session.", details);
    }

    private async Task<BackendResult> CreateAsync(BackendContext context)
    {
        var settings = context.Settings;
        await WaitForServerAsync(context).ConfigureAwait(false);
        var place = await host.CallRouteAsync(context, "create_session_local", new JsonObject
        {
            ["session_name"] = settings[LocalSettings.GameSessionName],
            ["uuid"] = settings[LocalSettings.PlayerId],
            ["num_connections"] = settings.Number(LocalSettings.GameSessionPlayers),
        }).ConfigureAwait(false);
        var connect = $"{place["IpAddress"]}:{place["Port"]}?PlayerSessionId={place["PlayerSessionId"]}";
        LogConnect(context.Logger, settings[LocalSettings.PlayerId], connect);
        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = "ACTIVE",
            ["Connect String"] = connect,
            ["Player Session Id"] = (string?)place["PlayerSessionId"],
            ["Game Session Id"] = (string?)place["GameSessionId"],
        });
    }

    private async Task<BackendResult> DeleteAsync(BackendContext context)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (await host.FindHostAsync(context).ConfigureAwait(false) is null)
        {
            return BackendResult.Success(details);
        }

        var ended = new JsonArray();
        foreach (var session in await ListAsync(context).ConfigureAwait(false))
        {
            var id = (string?)session["GameSessionId"];
            LogEnding(context.Logger, id);
            await host.CallApiAsync(context, "TerminateGameSession", new JsonObject
            {
                ["GameSessionId"] = id,
                ["TerminationMode"] = "TRIGGER_ON_PROCESS_TERMINATE",
            }).ConfigureAwait(false);
            ended.Add((JsonNode?)id);
        }

        if (ended.Count > 0)
        {
            details["Deleted"] = ended;
        }

        return BackendResult.Success(details);
    }

    /// <summary>Waits while no server is ready and some are starting: whoever has just created the fleet need not try again.</summary>
    private async Task WaitForServerAsync(BackendContext context)
    {
        var begun = context.Clock.GetTimestamp();
        while (context.Clock.GetElapsedTime(begun) < ReadyLimit)
        {
            var servers = await LocalFleet.ListAsync(host, context).ConfigureAwait(false);
            if (servers.Any(server => (string?)server["state"] == "Ready") || servers.All(server => (string?)server["state"] == "Hosting"))
            {
                return;
            }

            await Task.Delay(Interval, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }

    private static JsonObject Details(JsonObject session) => new()
    {
        ["Name"] = (string?)session["Name"],
        ["Status"] = (string?)session["Status"],
        ["Address"] = $"{session["IpAddress"]}:{session["Port"]}",
        ["Players"] = $"{session["CurrentPlayerSessionCount"]} of {session["MaximumPlayerSessionCount"]}",
        ["Game Session Id"] = (string?)session["GameSessionId"],
    };

    /// <summary>The sessions that have not ended, and are not ending.</summary>
    private async Task<List<JsonObject>> ListAsync(BackendContext context)
    {
        var sessions = new List<JsonObject>();
        foreach (var status in new[] { "ACTIVE", "ACTIVATING" })
        {
            string? next = null;
            do
            {
                var page = await host.CallApiAsync(
                    context,
                    "DescribeGameSessions",
                    new JsonObject { ["FleetId"] = Fleet, ["StatusFilter"] = status, ["NextToken"] = next }).ConfigureAwait(false);
                sessions.AddRange((page["GameSessions"] as JsonArray ?? []).OfType<JsonObject>());
                next = (string?)page["NextToken"];
            }
            while (next is not null);
        }

        return sessions;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The game session {Name} is {Status} at {Address}, with {Players} of {Most} players")]
    private static partial void LogSession(ILogger logger, string name, string? status, string address, int? players, int? most);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connect string of {PlayerId} is {ConnectString}")]
    private static partial void LogConnect(ILogger logger, string playerId, string connectString);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ending the game session {Id}")]
    private static partial void LogEnding(ILogger logger, string? id);
}
