using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Local;

/// <summary>A game server that was started here, as it is now.</summary>
/// <param name="Name">Its name, which is its id in the fleet.</param>
/// <param name="Observed">What its worker says; null for nothing yet.</param>
/// <param name="Process">What it says itself; null while none runs.</param>
internal sealed record LaunchedServer(string Name, ObservedServer? Observed, ServerProcess? Process)
{
    /// <summary>The id that it has in the fleet; null between two lives.</summary>
    public string? ProcessId => Observed?.ProcessId;

    /// <summary>The system's id of its process; null between two lives.</summary>
    public int? SystemId => Observed?.Pid;

    /// <summary>Its port.</summary>
    public int? Port => Process is { Port: > 0 } process ? process.Port
        : Observed is { Ports.Count: > 0 } observed ? observed.Ports.First().Value : null;

    /// <summary>Why it does not run; null for nothing to say.</summary>
    public string? Trouble => Observed is { State: ServerState.Crashed or ServerState.Failed } observed ? observed.Reason : null;

    /// <summary>A state of the server process, or that it is between two lives.</summary>
    public string State => Process?.State.ToString()
        ?? (Observed is { Pid: null, LastRun: not null } or { State: ServerState.Crashed or ServerState.Failed }
            ? "Restarting" : nameof(ServerProcessState.Activating));

    /// <summary>All of them, in the order in which they were started.</summary>
    public static IReadOnlyList<LaunchedServer> AllOf(FleetModel model) =>
    [
        .. from server in model.PlacedAfter(long.MinValue)
           where server is { Origin: not null, IsDeleted: false }
           let observed = model.Observations.Find(server.ServerId)?.Observed
           select new LaunchedServer(server.ServerId, observed, observed?.ProcessId is { } id ? model.FindProcess(id) : null),
    ];
}
