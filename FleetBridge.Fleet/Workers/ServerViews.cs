using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>The records as the routes show them.</summary>
internal static class ServerViews
{
    /// <summary>A server, with what its worker says of it.</summary>
    public static ServerObject Of(FleetModel model, WorkerPresence presence, PlacedServer server)
    {
        var observed = model.Observations.Find(server.ServerId)?.Observed;
        var isUnknown = model.Workers.Find(server.WorkerId) is not { } worker || presence.StateOf(worker) == WorkerState.Unknown;
        var figures = observed?.Pid is null ? null : presence.FiguresOf(server.ServerId);
        return new ServerObject
        {
            Id = server.ServerId,
            WorkerId = server.WorkerId,
            GameId = server.GameId,
            DesiredState = server.DesiredState,
            State = isUnknown ? ServerState.Unknown : StateOf(model, server, observed),
            Pid = observed?.Pid,
            StartedAt = observed?.StartedAt,
            ExitCode = observed?.ExitCode,
            Signal = observed?.Signal,
            Reason = observed?.Reason,
            StoppedBy = observed?.StoppedBy,
            Restarts = observed?.Restarts ?? 0,
            NextTryAt = observed?.State == ServerState.Crashed ? observed.NextTryAt : null,
            Ports = observed is { Ports.Count: > 0 } ? observed.Ports : server.Configuration.Ports,
            CpuPercent = figures?.CpuPercent,
            MemoryBytes = figures?.MemoryBytes,
            Progress = observed is null or { State: ServerState.Installing } ? presence.ProgressOf(server.ServerId) : null,
            Configuration = server.Configuration,
            RestartNeeded = observed?.Pid is not null
                && (observed.ConfigurationVersion < server.ConfigurationVersion || observed.IsOutdated),
            CreatedAt = server.CreatedAt,
        };
    }

    /// <summary>A server with its recent ends, for whoever looks at this one.</summary>
    public static ServerObject WithEnds(FleetModel model, WorkerPresence presence, PlacedServer server) =>
        Of(model, presence, server) with { RecentEnds = model.Observations.Find(server.ServerId)?.Observed.Ends ?? [] };

    /// <summary>A worker.</summary>
    public static WorkerObject Of(FleetModel model, WorkerPresence presence, FleetWorker worker)
    {
        var state = presence.StateOf(worker);
        var health = state is WorkerState.Alive or WorkerState.Frozen ? presence.HealthOf(worker.WorkerId) : null;
        return new WorkerObject
        {
            Id = worker.WorkerId,
            Name = worker.Name,
            Status = state,
            LastSeenAt = presence.SeenAt(worker.WorkerId) ?? worker.LastSeenAt,
            Address = worker.Address,
            ApiUrl = worker.ApiUrl,
            CpuPercent = health?.CpuPercent,
            MemoryBytes = health?.MemoryBytes,
            DiskFreeBytes = health?.DiskFreeBytes,
            CanInstall = worker.CanInstall,
            CannotInstall = worker.CannotInstall,
            Servers = WorkerRules.ServersOf(model, worker.WorkerId),
        };
    }

    /// <summary>A command.</summary>
    public static CommandObject Of(ServerCommand command) => new()
    {
        Id = command.CommandId,
        ServerId = command.ServerId,
        Type = command.Type,
        Status = command.Status,
        CreatedAt = command.CreatedAt,
        EndedAt = command.EndedAt,
        Error = command.Error,
    };

    /// <summary>A server that speaks GameLift is ready by its ProcessReady, which the host sees before its worker does.</summary>
    private static ServerState StateOf(FleetModel model, PlacedServer server, ObservedServer? observed) => observed switch
    {
        null => ServerState.Installing,
        { State: ServerState.Starting or ServerState.Ready, ProcessId: { } id }
            when server.Configuration.Health.Type is null or HealthType.Heartbeat && model.FindProcess(id) is { } process => process.State switch
            {
                ServerProcessState.Activating => ServerState.Starting,
                ServerProcessState.Ready or ServerProcessState.Hosting => ServerState.Ready,
                _ => observed.State,
            },
        _ => observed.State,
    };
}
