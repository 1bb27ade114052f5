using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>What can be done with workers, as changes of the model.</summary>
internal static class WorkerRules
{
    private const int LongestId = 64;
    private const int LongestName = 256;

    /// <summary>A worker.</summary>
    /// <exception cref="ServerException"><c>worker_not_found</c>.</exception>
    public static FleetWorker Get(FleetModel model, string workerId) => model.Workers.Find(workerId) ?? throw new ServerException(
        "worker_not_found", $"There is no worker '{Core.Security.ShortText.Of(workerId)}'. GET /worker lists them.");

    /// <summary>How many servers a worker has.</summary>
    public static int ServersOf(FleetModel model, string workerId) =>
        model.PlacedServers.All.Count(server => server.WorkerId == workerId && !server.IsDeleted);

    /// <summary>Whether a text can be the id of a worker.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= LongestId
        && char.IsAsciiLetterOrDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>Makes a worker known, or takes what it says of itself now.</summary>
    /// <exception cref="ServerException"><c>invalid_worker</c>.</exception>
    public static FleetWorker Register(FleetModel model, string workerId, string? name, string? address, string? apiUrl)
    {
        if (!IsId(workerId))
        {
            throw new ServerException(
                "invalid_worker", $"The id of a worker has letters, digits, - _ and . and is at most {LongestId} characters long.");
        }

        if (name is { Length: 0 or > LongestName } || (name?.Any(char.IsControl) ?? false))
        {
            throw new ServerException(
                "invalid_worker", $"The name of a worker has 1 to {LongestName} characters, none of them a control character.");
        }

        var known = model.Workers.Find(workerId);
        return model.Workers.Set((known ?? new FleetWorker
        {
            WorkerId = workerId,
            Name = name ?? workerId,
            CreatedAt = model.Now,
            Number = model.TakeNumber(),
        }) with
        {
            Name = name ?? known?.Name ?? workerId,
            Address = address ?? known?.Address,
            ApiUrl = apiUrl ?? known?.ApiUrl,
        });
    }

    /// <summary>Takes a worker's hello: what it is, and what is of its servers.</summary>
    public static FleetWorker Greet(FleetModel model, WorkerHello hello, string? address)
    {
        var worker = Register(model, hello.WorkerId, hello.Name, hello.Address ?? address, hello.ApiUrl);
        worker = model.Workers.Set(worker with
        {
            Version = hello.Version,
            CanInstall = hello.CanInstall,
            CannotInstall = hello.CannotInstall,
            IsFrozen = hello.IsFrozen,
            WantsFrozen = worker.WantsFrozen == hello.IsFrozen ? null : worker.WantsFrozen,
            WantsShutdown = worker.WantsShutdown && !worker.IsShutdown,
            IsShutdown = false,
            SdkToken = SdkTokenOf(model, worker),
        });
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var observed in hello.Servers)
        {
            seen.Add(observed.Id);
            Observe(model, hello.WorkerId, observed);
        }

        foreach (var missing in model.PlacedServers.All.Where(one => one.WorkerId == hello.WorkerId && !seen.Contains(one.ServerId)).ToList())
        {
            if (missing.IsDeleted)
            {
                ServerRules.Forget(model, missing.ServerId);
            }
            else
            {
                // it has lost the server with its data folder, and installs it again
                model.Observations.Remove(missing.ServerId);
            }
        }

        return worker;
    }

    /// <summary>Takes what a worker says of one server.</summary>
    public static void Observe(FleetModel model, string workerId, ObservedServer observed)
    {
        if (model.PlacedServers.Find(observed.Id) is not { } server || server.WorkerId != workerId)
        {
            return;
        }

        var before = model.Observations.Find(observed.Id);
        if (before?.Observed.ProcessId is { } process && process != observed.ProcessId
            && model.FindProcess(process) is { State: < ServerProcessState.Ended })
        {
            model.ProcessExited(process, observed.ExitCode);
        }

        if (observed.LastRun is { ProcessId: var ended } && ended != observed.ProcessId
            && model.FindProcess(ended) is { StartedByUs: true } or { State: < ServerProcessState.Ended })
        {
            // its start was never reported, or it ended while nobody was there
            model.ProcessExited(ended, observed.ExitCode);
        }

        if (observed is { Pid: not null, ProcessId: { Length: > 0 } running })
        {
            model.ProcessRuns(running, workerId, server.Configuration.Health.Type == HealthType.Heartbeat);
        }

        if (observed.IsGone)
        {
            if (server.IsDeleted)
            {
                ServerRules.Forget(model, observed.Id);
            }
            else
            {
                model.Observations.Remove(observed.Id);
            }

            return;
        }

        // figures and progress are not stored
        var stored = observed with { CpuPercent = null, MemoryBytes = null, Progress = null };
        if (before is null || !IsSame(before.Observed, stored))
        {
            model.Observations.Set(new ServerObservation(observed.Id, stored, server.Number));
        }
    }

    /// <summary>Asks a worker to freeze or thaw.</summary>
    public static FleetWorker Freeze(FleetModel model, string workerId, bool isFrozen)
    {
        var worker = Get(model, workerId);
        return worker.TakesNone == isFrozen && worker.WantsFrozen is null
            ? worker
            : model.Workers.Set(worker with { WantsFrozen = worker.IsFrozen == isFrozen ? null : isFrozen });
    }

    private static bool IsSame(ObservedServer one, ObservedServer other) =>
        one with { Ports = other.Ports, Ends = other.Ends } == other && one.Ends.SequenceEqual(other.Ends)
        && one.Ports.Count == other.Ports.Count && one.Ports.All(port => other.Ports.TryGetValue(port.Key, out var number) && number == port.Value);

    /// <summary>A worker is a compute of the default fleet; its servers have one token. Null when there is no such fleet.</summary>
    private static string? SdkTokenOf(FleetModel model, FleetWorker worker)
    {
        try
        {
            if (model.FindCompute(FleetModel.DefaultFleetId, worker.WorkerId) is null)
            {
                model.RegisterCompute(new NewCompute
                {
                    FleetId = FleetModel.DefaultFleetId,
                    ComputeName = worker.WorkerId,
                    IpAddress = worker.Address ?? model.Options.LocalIpAddress,
                    Location = FleetModel.DefaultLocationName,
                });
            }

            return worker.SdkToken is { } token && model.IsIssued(token, FleetModel.DefaultFleetId, worker.WorkerId)
                ? token
                : model.IssueAuthToken(FleetModel.DefaultFleetId, worker.WorkerId).Token;
        }
        catch (FleetException)
        {
            // somebody has deleted the default fleet: servers of this worker have no GameLift
            return null;
        }
    }
}
