using System.Text.Json;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>
/// Starts game servers as servers of the host's fleet on its own worker, and ends them. Their keepers outlive this process: what a killed
/// one has left behind, the next one takes over.
/// </summary>
internal sealed class ServerLauncher : IAsyncDisposable
{
    /// <summary>The stop of a server takes at most its two steps; the rest is the end of its folder.</summary>
    private static readonly TimeSpan StopLimit = ServerLaunch.StopLimit * 2;

    private readonly FleetControl _control;
    private readonly LocalWorker _worker;
    private readonly ServerWatch _watch;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _launching = new(1, 1);
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Creates a launcher.</summary>
    /// <param name="control">The fleet.</param>
    /// <param name="worker">The worker that runs the servers.</param>
    /// <param name="outputLog">The log of a server's output, by its name.</param>
    /// <param name="logger">The log of what happens to the servers.</param>
    /// <param name="clock">The clock of every wait.</param>
    public ServerLauncher(FleetControl control, LocalWorker worker, Func<string, ILogger> outputLog, ILogger logger, TimeProvider clock)
    {
        (_control, _worker, _clock) = (control, worker, clock);
        _watch = new ServerWatch(worker.FleetAsync, outputLog, happened => Events!.Tell(happened), logger, clock);
        Events = new LocalEvents(control, _watch);
    }

    /// <summary>What happens on the fleet.</summary>
    public LocalEvents Events { get; }

    /// <summary>All servers that were started here and not stopped.</summary>
    public IReadOnlyList<LaunchedServer> Servers => _control.Read(LaunchedServer.AllOf);

    /// <summary>What a process has to know that is started elsewhere.</summary>
    /// <exception cref="FleetException">The fleet is not ACTIVE, or its store cannot be written.</exception>
    public static Task<ServerVariables> IntroduceAsync(FleetControl control, string processId) => control.ChangeAsync(model =>
    {
        var token = model.IssueAuthToken(FleetModel.DefaultFleetId, LocalWorker.Id);
        return new ServerVariables(control.Options.SdkEndpoint, FleetModel.DefaultFleetId, LocalWorker.Id, processId, token.Token);
    });

    /// <summary>Starts the servers of a launch.</summary>
    /// <param name="launch">What is started.</param>
    /// <param name="isFollowed">Whether they end with the command that asks for them.</param>
    /// <param name="adopts">Whether servers of the same launch that an earlier host has left are taken over, and all others ended.</param>
    /// <returns>Their ids.</returns>
    /// <exception cref="UserException">They cannot be started here.</exception>
    public async Task<IReadOnlyList<string>> StartAsync(ServerLaunch launch, bool isFollowed, bool adopts = false)
    {
        launch.Check();
        await _launching.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            var game = launch.Game;
            var fleet = await _worker.StartAsync().ConfigureAwait(false);
            var origin = new ServerOrigin(_control.Options.SdkEndpoint, isFollowed);
            var kept = adopts ? await AdoptAsync(fleet, launch, origin).ConfigureAwait(false) : [];
            var added = await fleet.ChangeServersAsync(
                LocalWorker.Id, model => Add(model, launch, game, origin, launch.Processes - kept.Count)).ConfigureAwait(false);
            return [.. kept, .. added];
        }
        catch (ServerException exception)
        {
            throw new UserException(ExitCode.Usage, exception.Message);
        }
        finally
        {
            _launching.Release();
        }
    }

    /// <summary>Takes over what an earlier host has left, and ends what belonged to a command.</summary>
    public async Task ResumeAsync()
    {
        if (!_worker.HasData || !_control.Read(model => model.PlacedServers.All.Any(server => server.WorkerId == LocalWorker.Id)))
        {
            return;
        }

        await _launching.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            await _worker.StartAsync().ConfigureAwait(false);
            var unwanted = await AdoptAllAsync(server => !server.Origin!.IsFollowed).ConfigureAwait(false);
            await StopAsync(unwanted, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _launching.Release();
        }
    }

    /// <summary>Stops servers, all at once.</summary>
    /// <param name="servers">Their ids.</param>
    /// <param name="cancellation">Ends the wait; the servers still stop.</param>
    /// <returns>Completes when their processes have ended, and nothing of them is left.</returns>
    public async Task StopAsync(IReadOnlyList<string> servers, CancellationToken cancellation)
    {
        if (servers.Count == 0)
        {
            return;
        }

        // first, since a worker that was shut down would start them again
        await _control.ChangeAsync(
            model => Each(model, servers, server => model.PlacedServers.Set(server with { DesiredState = DesiredState.Stopped })),
            CancellationToken.None).ConfigureAwait(false);
        var fleet = await _worker.StartAsync(cancellation).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StopLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await fleet.ChangeServersAsync(LocalWorker.Id, _ => servers.Count).ConfigureAwait(false);

        // what they print at last is read before their folders go
        await WaitAsync(model => servers.All(id => _watch.IsQuiet(id, ObservedOf(model, id))), either.Token).ConfigureAwait(false);
        await fleet.ChangeServersAsync(LocalWorker.Id, model => Each(model, servers, server => ServerRules.Delete(model, server.ServerId)))
            .ConfigureAwait(false);
        await WaitAsync(model => servers.All(id => model.PlacedServers.Find(id) is null), either.Token).ConfigureAwait(false);
        foreach (var server in servers)
        {
            _watch.Remove(server);
        }
    }

    /// <summary>Stops all servers.</summary>
    /// <returns>Their names, when their processes have ended.</returns>
    public async Task<IReadOnlyList<string>> StopAllAsync(CancellationToken cancellation)
    {
        List<string> names = [.. Servers.Select(server => server.Name)];
        await StopAsync(names, cancellation).ConfigureAwait(false);
        return names;
    }

    /// <summary>Stops all servers that this process watches, and the worker.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        try
        {
            // what is being started just now belongs to them
            await _launching.WaitAsync(cancellation).ConfigureAwait(false);
            await _ending.CancelAsync().ConfigureAwait(false);
            await StopAsync([.. Servers.Select(server => server.Name).Where(_watch.Has)], cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (
            exception is FleetException or UserException or OperationCanceledException or ObjectDisposedException)
        {
            // the store or the worker is lost: their keepers go on, and the next host finds them
        }

        await Events.DisposeAsync().ConfigureAwait(false);
        await _watch.LeaveAsync().ConfigureAwait(false);
        await _worker.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    public async ValueTask DisposeAsync() => await EndAsync(CancellationToken.None).ConfigureAwait(false);

    private static ObservedServer? ObservedOf(FleetModel model, string serverId) => model.Observations.Find(serverId)?.Observed;

    private static int Each(FleetModel model, IReadOnlyList<string> servers, Action<PlacedServer> change)
    {
        var found = servers.Select(id => model.PlacedServers.Find(id)).OfType<PlacedServer>().Where(server => !server.IsDeleted).ToList();
        foreach (var server in found)
        {
            change(server);
        }

        return servers.Count;
    }

    private static string Text(ServerConfiguration configuration) =>
        JsonSerializer.Serialize(configuration, ServerJson.Default.ServerConfiguration);

    private Task WaitAsync(Func<FleetModel, bool> condition, CancellationToken cancellation) =>
        Events.WaitAsync(() => _control.Read(condition), cancellation);

    private List<string> Add(FleetModel model, ServerLaunch launch, GameId game, ServerOrigin origin, int count)
    {
        var names = Enumerable.Range(1, int.MaxValue).Select(number => $"{launch.PlainName}-{number}");
        List<string> added = [.. names.Where(name => model.PlacedServers.Find(name) is null).Take(count)];
        foreach (var name in added)
        {
            ServerRules.Launch(model, name, LocalWorker.Id, game, launch.ConfigurationOf(name), origin);
            _watch.Add(name);
        }

        return added;
    }

    private async Task<List<string>> AdoptAsync(WorkerFleet fleet, ServerLaunch launch, ServerOrigin origin)
    {
        var kept = new List<string>();
        var others = await AdoptAllAsync(server =>
        {
            var isSame = kept.Count < launch.Processes && server.GameId == launch.Game && server.Origin!.Endpoint == origin.Endpoint
                && Text(server.Configuration) == Text(launch.ConfigurationOf(server.ServerId));
            if (isSame)
            {
                kept.Add(server.ServerId);
            }

            return isSame;
        }).ConfigureAwait(false);
        await StopAsync(others, CancellationToken.None).ConfigureAwait(false);
        await fleet.ChangeServersAsync(LocalWorker.Id, model => Each(model, kept, server =>
            model.PlacedServers.Set(server with { Origin = origin, DesiredState = DesiredState.Running }))).ConfigureAwait(false);
        var taken = Servers.Where(server => kept.Contains(server.Name)).Select(server => server.Process);
        foreach (var process in taken.OfType<ServerProcess>())
        {
            Events.TellAdopted(process);
        }

        return kept;
    }

    /// <summary>Watches every server that was left behind.</summary>
    /// <returns>The ids of those that are not kept.</returns>
    private async Task<List<string>> AdoptAllAsync(Func<PlacedServer, bool> keeps)
    {
        var others = new List<string>();
        foreach (var server in _control.Read(model => model.PlacedAfter(long.MinValue).Where(server => server.Origin is not null).ToList()))
        {
            var (observed, process) = _control.Read(model =>
            {
                var known = ObservedOf(model, server.ServerId);
                return (known, known?.ProcessId is { } id ? model.FindProcess(id) : null);
            });
            await _watch.AdoptAsync(server.ServerId, observed, process).ConfigureAwait(false);
            if (server.IsDeleted || !keeps(server))
            {
                others.Add(server.ServerId);
            }
        }

        return others;
    }
}
