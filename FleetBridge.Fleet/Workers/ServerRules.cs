using System.Security.Cryptography;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>What can be done with servers, as changes of the model: they check, change, or throw before they have changed anything.</summary>
internal static class ServerRules
{
    /// <summary>Commands with an outcome that are remembered of each server.</summary>
    private const int RememberedCommands = 100;

    /// <summary>Workers whose reasons fit into one message.</summary>
    private const int MostReasons = 3;

    private const double LongestTimeout = 24 * 60 * 60;
    private const string IdLetters = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdLength = 12;

    /// <summary>The code of a server for which no worker is there.</summary>
    public const string NoWorker = "no_worker";

    /// <summary>How long a command may wait unless it says so.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A new id, short enough to be typed.</summary>
    /// <param name="kind">The letter before it.</param>
    public static string NewId(char kind) => $"{kind}-{RandomNumberGenerator.GetString(IdLetters, IdLength)}";

    /// <summary>A server that is not being deleted.</summary>
    /// <exception cref="ServerException"><c>server_not_found</c>, <c>server_deleted</c>.</exception>
    public static PlacedServer Get(FleetModel model, string serverId) => Find(model, serverId) is { IsDeleted: false } server
        ? server
        : throw new ServerException("server_deleted", $"Server {serverId} is being deleted.");

    /// <summary>A server, also one that is being deleted.</summary>
    /// <exception cref="ServerException"><c>server_not_found</c>.</exception>
    public static PlacedServer Find(FleetModel model, string serverId) => model.PlacedServers.Find(serverId)
        ?? throw new ServerException("server_not_found", $"There is no server {Shown(serverId)}. GET /server lists them.");

    /// <summary>Places a new server on a worker.</summary>
    /// <param name="state">The state of a worker.</param>
    /// <exception cref="ServerException">No worker can take it.</exception>
    public static PlacedServer Create(
        FleetModel model, Func<FleetWorker, WorkerState> state, GameId game, string? workerId, ServerConfiguration configuration)
    {
        Check(configuration, game);
        var worker = workerId is null ? Choose(model, state, game) : Named(model, state, game, workerId);
        return model.PlacedServers.Set(new PlacedServer
        {
            ServerId = NewId('s'),
            WorkerId = worker.WorkerId,
            GameId = game,
            Configuration = configuration,
            CreatedAt = model.Now,
            Number = model.TakeNumber(),
        });
    }

    /// <summary>Makes a server of <c>fleetbridge local</c>, which runs at once, under a name that is its id.</summary>
    /// <exception cref="ServerException">The configuration is wrong.</exception>
    public static PlacedServer Launch(
        FleetModel model, string serverId, string workerId, GameId game, ServerConfiguration configuration, ServerOrigin origin)
    {
        Check(configuration, game);
        return model.PlacedServers.Set(new PlacedServer
        {
            ServerId = serverId,
            WorkerId = workerId,
            GameId = game,
            Configuration = configuration,
            DesiredState = DesiredState.Running,
            Origin = origin,
            CreatedAt = model.Now,
            Number = model.TakeNumber(),
        });
    }

    /// <summary>Changes what should be of a server; its process runs on with what it was started with.</summary>
    /// <exception cref="ServerException">It is not there, or the configuration is wrong.</exception>
    public static PlacedServer Configure(FleetModel model, string serverId, ServerConfiguration configuration)
    {
        var server = Get(model, serverId);
        Check(configuration, server.GameId);
        return model.PlacedServers.Set(
            server with { Configuration = configuration, ConfigurationVersion = server.ConfigurationVersion + 1 });
    }

    /// <summary>Lets its worker stop and remove it. The record stays until the worker says that it has.</summary>
    /// <exception cref="ServerException">It is not there.</exception>
    public static PlacedServer Delete(FleetModel model, string serverId)
    {
        var server = Find(model, serverId);
        if (server.IsDeleted)
        {
            return server;
        }

        Cancel(model, serverId, command => true, "The server was deleted.");
        return model.PlacedServers.Set(server with { IsDeleted = true, DesiredState = DesiredState.Stopped });
    }

    /// <summary>Forgets a server with everything that belongs to it.</summary>
    public static void Forget(FleetModel model, string serverId)
    {
        foreach (var command in model.CommandsOf(serverId).ToList())
        {
            model.Commands.Remove(command.CommandId);
        }

        model.Observations.Remove(serverId);
        model.PlacedServers.Remove(serverId);
    }

    /// <summary>Stores a command and what it says about the desired state. A stop or a kill cancels the starts that are not sent yet.</summary>
    /// <exception cref="ServerException">The server is not there, or the command is wrong.</exception>
    public static ServerCommand Command(FleetModel model, string serverId, CommandType type, string? text, double? timeoutSeconds)
    {
        var server = Get(model, serverId);
        if (type == CommandType.Stdin)
        {
            if (ServerConfigurationRules.ObjectToLine(text) is { } objection)
            {
                throw new ServerException("invalid_command", $"text {(text is null ? "is missing: it is the line to write." : objection)}");
            }
        }
        else if (text is not null)
        {
            throw new ServerException("invalid_command", "text is for commands of type stdin.");
        }

        var timeout = timeoutSeconds ?? DefaultTimeout.TotalSeconds;
        if (timeout is not (> 0 and <= LongestTimeout))
        {
            throw new ServerException("invalid_command", "timeout_seconds is not above 0 and up to 86400.");
        }

        var command = new ServerCommand
        {
            CommandId = NewId('c'),
            ServerId = serverId,
            WorkerId = server.WorkerId,
            Type = type,
            Text = text,
            Status = CommandStatus.Pending,
            CreatedAt = model.Now,
            Deadline = model.Now.AddSeconds(timeout),
            Number = model.TakeNumber(),
        };
        if (type is CommandType.Stop or CommandType.Kill)
        {
            Cancel(
                model, serverId, one => one is { Status: CommandStatus.Pending, Type: CommandType.Start or CommandType.Restart },
                $"A later {(type == CommandType.Stop ? "stop" : "kill")} ({command.CommandId}) overtook it.");
        }

        if (DesiredBy(type) is { } desired && desired != server.DesiredState)
        {
            model.PlacedServers.Set(server with { DesiredState = desired });
        }

        model.Commands.Set(command);
        foreach (var old in model.CommandsOf(serverId).Where(one => !one.IsOpen).SkipLast(RememberedCommands).ToList())
        {
            model.Commands.Remove(old.CommandId);
        }

        return command;
    }

    /// <summary>Gives a command its outcome. The first one counts: a later one changes nothing.</summary>
    public static void End(FleetModel model, string commandId, CommandStatus status, string? error, DateTimeOffset endedAt)
    {
        if (model.Commands.Find(commandId) is not { IsOpen: true } command)
        {
            return;
        }

        if (status is CommandStatus.Pending or CommandStatus.Delivered)
        {
            if (command.Status == CommandStatus.Pending && status == CommandStatus.Delivered)
            {
                model.Commands.Set(command with { Status = status });
            }

            return;
        }

        model.Commands.Set(command with { Status = status, Error = error, EndedAt = endedAt });
        if (status == CommandStatus.Expired && command.Type is CommandType.Start or CommandType.Restart)
        {
            TakeBack(model, command);
        }
    }

    /// <summary>What a command makes of the desired state; null for nothing.</summary>
    public static DesiredState? DesiredBy(CommandType type) => type switch
    {
        CommandType.Start or CommandType.Restart => DesiredState.Running,
        CommandType.Stop or CommandType.Kill => DesiredState.Stopped,
        _ => null,
    };

    /// <summary>A start that came too late must not happen an hour later: a server that does not run is not wanted to any more.</summary>
    private static void TakeBack(FleetModel model, ServerCommand expired)
    {
        var isNewest = !model.CommandsOf(expired.ServerId).Any(
            one => one.Number > expired.Number && DesiredBy(one.Type) is not null && one.Status != CommandStatus.Expired);
        var runs = model.Observations.Find(expired.ServerId)?.Observed is { Pid: not null } or { State: ServerState.Crashed };
        if (isNewest && !runs && model.PlacedServers.Find(expired.ServerId) is { IsDeleted: false, DesiredState: DesiredState.Running } server)
        {
            model.PlacedServers.Set(server with { DesiredState = DesiredState.Stopped });
        }
    }

    private static void Cancel(FleetModel model, string serverId, Func<ServerCommand, bool> which, string reason)
    {
        foreach (var command in model.CommandsOf(serverId).Where(one => one.IsOpen && which(one)).ToList())
        {
            model.Commands.Set(command with { Status = CommandStatus.Failed, Error = reason, EndedAt = model.Now });
        }
    }

    private static void Check(ServerConfiguration? configuration, GameId game)
    {
        if (ServerConfigurationRules.Check(configuration, game) is { Count: > 0 } problems)
        {
            throw new ServerException(
                "invalid_configuration", string.Join(" ", problems.Take(5).Select(problem => $"{problem.Path} {problem.Message}")))
            {
                Problems = problems,
            };
        }
    }

    private static FleetWorker Choose(FleetModel model, Func<FleetWorker, WorkerState> state, GameId game) => model.Workers.All
        .Where(worker => state(worker) == WorkerState.Alive && !worker.WantsShutdown && worker.CanInstall.Contains(game.Kind))
        .OrderBy(worker => WorkerRules.ServersOf(model, worker.WorkerId)).ThenBy(worker => worker.Number)
        .FirstOrDefault() ?? throw new ServerException(
            NoWorker,
            $"No worker that is alive can install games of the kind {game.Kind}. {ReasonsOf(model, state, game)}GET /worker lists the workers "
            + "and their status; 'fleetbridge worker' starts one.");

    /// <summary>What the workers say that are alive and cannot.</summary>
    private static string ReasonsOf(FleetModel model, Func<FleetWorker, WorkerState> state, GameId game) => string.Concat(
        model.Workers.All.Where(worker => state(worker) == WorkerState.Alive && worker.CannotInstall.ContainsKey(game.Kind))
            .OrderBy(worker => worker.Number).Take(MostReasons)
            .Select(worker => $"{worker.WorkerId}: {worker.CannotInstall[game.Kind]} "));

    private static FleetWorker Named(FleetModel model, Func<FleetWorker, WorkerState> state, GameId game, string workerId)
    {
        var worker = model.Workers.Find(workerId) ?? throw new ServerException(
            "unknown_worker", $"worker_id names {Shown(workerId)}, and there is no such worker. GET /worker lists them.");
        return state(worker) switch
        {
            WorkerState.Frozen => throw new ServerException(
                "worker_frozen", $"Worker {worker.WorkerId} is frozen: it keeps its servers and takes no new ones. Thaw it, or name another."),
            WorkerState.Shutdown => throw new ServerException(
                "worker_shutdown", $"Worker {worker.WorkerId} has shut down. Start it again, or name another."),
            WorkerState.Unknown when worker.TakesNone => throw new ServerException("worker_frozen", $"Worker {worker.WorkerId} is frozen."),
            _ when worker.IsGreeted && !worker.CanInstall.Contains(game.Kind) => throw new ServerException(
                "cannot_install",
                $"Worker {worker.WorkerId} cannot install games of the kind {game.Kind}"
                + (worker.CannotInstall.TryGetValue(game.Kind, out var reason) ? $". {reason}"
                    : $"{(worker.CanInstall.Count > 0 ? $", only of {string.Join(", ", worker.CanInstall)}" : "")}.")),
            _ => worker,
        };
    }

    private static string Shown(string id) => $"'{Core.Security.ShortText.Of(id)}'";
}
