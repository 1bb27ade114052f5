using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Local;

/// <summary>The game servers that the host keeps running.</summary>
internal sealed partial class LocalFleet(HostConnection host) : Resource
{
    private const string Servers = "local/servers";
    private const string Active = "ACTIVE";
    private const string Activating = "ACTIVATING";
    private const string Error = "ERROR";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override string Path => "deployment/fleet";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/packaged_build", "deployment/host"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "The memory and the time of this machine that its game servers use.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
        [Operation.Check(CheckAsync), Operation.Create(CreateAsync), Operation.Delete(DeleteAsync), Operation.Wait(WaitAsync)];

    private static string StateOf(IReadOnlyList<JsonObject> servers) =>
        servers.Count == 0 ? BackendResult.AbsentState
        : servers.Any(server => server["trouble"] is not null) ? Error
        : servers.All(IsReady) ? Active
        : Activating;

    private static bool IsReady(JsonObject server) => (string?)server["state"] is "Ready" or "Hosting";

    private static BackendResult Result(BackendContext context, IReadOnlyList<JsonObject> servers)
    {
        var state = StateOf(servers);
        foreach (var server in servers)
        {
            var (name, stateOfOne) = ((string?)(server["name"] ?? server["process_id"]) ?? "", (string?)server["state"] ?? "");
            if ((int?)server["port"] is { } port)
            {
                LogServer(context.Logger, name, stateOfOne, port);
            }
            else
            {
                LogServerWithoutPort(context.Logger, name, stateOfOne);
            }
        }

        var details = new JsonObject
        {
            [BackendResult.StateDetail] = state,
            ["Servers"] = new JsonArray([.. servers.Select(server => (JsonNode)Details(server))]),
        };
        return state switch
        {
            Active => BackendResult.Success(details),
            BackendResult.AbsentState => BackendResult.Failure("The host runs no game server.", "Create the fleet.", details),
            Error => BackendResult.Failure(
                string.Join(" ", servers.Select(server => (string?)server["trouble"]).OfType<string>()),
                "Correct the server, or its launch parameters; the host's log has its output.",
                details),
            _ => BackendResult.Failure(
                $"{servers.Count(server => !IsReady(server))} of {servers.Count} game servers are not ready yet.", "Check again in a moment.", details),
        };
    }

    private static JsonObject Details(JsonObject server)
    {
        var details = new JsonObject();
        foreach (var (name, key) in new[]
        {
            ("Name", "name"), ("State", "state"), ("Process Id", "process_id"), ("Port", "port"), ("Game Session Id", "game_session_id"),
            ("Trouble", "trouble"),
        })
        {
            if (server[key] is { } value)
            {
                details[name] = value.DeepClone();
            }
        }

        return details;
    }

    private async Task<BackendResult> CheckAsync(BackendContext context) =>
        await host.FindHostAsync(context).ConfigureAwait(false) is null
            ? BackendResult.Failure(
                $"There is no host on port {context.Settings[LocalSettings.HostHttpPort]}, so there is no fleet.",
                "Create the host, then the fleet.",
                new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState })
            : Result(context, await ListAsync(host, context).ConfigureAwait(false));

    private async Task<BackendResult> CreateAsync(BackendContext context)
    {
        var settings = context.Settings;
        var (executable, problem) = PackagedBuild.Find(settings);
        if (executable is null)
        {
            throw new BackendException(problem!, "Package the server, then check the packaged build.");
        }

        var present = await ListAsync(host, context).ConfigureAwait(false);
        var missing = settings.Number(LocalSettings.FleetProcesses) - present.Count(server => (bool?)server["started_here"] == true);
        if (missing <= 0)
        {
            LogExists(context.Logger, present.Count);
            return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = StateOf(present) });
        }

        var arguments = settings[LocalSettings.FleetLaunchParameters].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        LogStarting(context.Logger, missing, executable);
        var started = await host.CallLocalAsync(context, HttpMethod.Post, Servers, new JsonObject
        {
            ["executable"] = executable,
            ["arguments"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
            ["processes"] = missing,
            ["game_ports"] = settings[LocalSettings.FleetGamePorts],
        }).ConfigureAwait(false);
        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = StateOf(Read(started)),
            ["Servers"] = new JsonArray([.. Read(started).Select(server => (JsonNode)Details(server))]),
        });
    }

    private async Task<BackendResult> WaitAsync(BackendContext context)
    {
        while (true)
        {
            var servers = await ListAsync(host, context).ConfigureAwait(false);
            if (StateOf(servers) != Activating)
            {
                return Result(context, servers);
            }

            await Task.Delay(Interval, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }

    private async Task<BackendResult> DeleteAsync(BackendContext context)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (await host.FindHostAsync(context).ConfigureAwait(false) is not null)
        {
            var stopped = await host.CallLocalAsync(context, HttpMethod.Delete, Servers).ConfigureAwait(false);
            if (stopped["stopped"] is JsonArray { Count: > 0 } names)
            {
                LogStopped(context.Logger, string.Join(", ", names.Select(name => (string?)name)));
                details["Deleted"] = names.DeepClone();
            }
        }

        return BackendResult.Success(details);
    }

    /// <summary>The servers of a host.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ListAsync(HostConnection host, BackendContext context) =>
        Read(await host.CallLocalAsync(context, HttpMethod.Get, Servers).ConfigureAwait(false));

    private static List<JsonObject> Read(JsonObject response) => [.. (response["servers"] as JsonArray ?? []).OfType<JsonObject>()];

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is {State} on port {Port}")]
    private static partial void LogServer(ILogger logger, string name, string state, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is {State}")]
    private static partial void LogServerWithoutPort(ILogger logger, string name, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "The host runs {Count} game servers already; nothing to create")]
    private static partial void LogExists(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Starting {Count} game servers: {Executable}")]
    private static partial void LogStarting(ILogger logger, int count, string executable);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped the game servers {Names}")]
    private static partial void LogStopped(ILogger logger, string names);
}
