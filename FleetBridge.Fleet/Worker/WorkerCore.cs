using System.Collections.Concurrent;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Keeper;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Store;
using FleetBridge.Keeper.Protocol;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>One machine's servers: what should run is in its own store, and it works towards that, with or without a host.</summary>
internal sealed partial class WorkerCore : IAsyncDisposable
{
    private const string FrozenValue = "is_frozen";

    private readonly WorkerCoreOptions _options;
    private readonly WorkerStore _store;
    private readonly SupervisorSurroundings _surroundings;
    private readonly WorkerFigures _figures;
    private readonly ChangeFeed _changes = new();
    private readonly CommandBook _commands;
    private readonly ConcurrentDictionary<string, ServerSupervisor> _servers = new();
    private readonly Dictionary<string, IRunningServer> _strays = [];
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private volatile bool _isFrozen;
    private bool _isShuttingDown;

    private WorkerCore(WorkerCoreOptions options, WorkerStore store, ILoggerFactory loggers, TimeProvider clock)
    {
        (_options, _store, _clock) = (options, store, clock);
        _logger = loggers.CreateLogger<WorkerCore>();
        _isFrozen = store.ReadValue(FrozenValue) is not null;
        _commands = new CommandBook(store, clock);
        _figures = new WorkerFigures(options.DataFolder, clock);
        var servers = Path.Combine(options.DataFolder, "servers");
        _surroundings = new SupervisorSurroundings(
            options,
            store,
            new PortBook(options.Ports, clock),
            [.. options.Runners, new KeeperRunner(servers, options.KeeperProgram, loggers.CreateLogger<KeeperRunner>(), clock)],
            _changes,
            () => _isFrozen,
            _logger,
            clock);
    }

    /// <summary>Changes with each start of the machine.</summary>
    public static string BootId => ProcessMark.CurrentBootId;

    /// <summary>The kinds of games, each with a sentence that says why it cannot be installed; empty for one that can. It takes as long as
    /// this machine takes to say so.</summary>
    public IReadOnlyDictionary<string, string> Installable => _options.Installers.All.ToDictionary(
        installer => installer.Kind, installer => installer.IsAvailable(out var reason) ? "" : reason);

    /// <summary>Whether it takes no new servers. Survives a restart.</summary>
    public bool IsFrozen => _isFrozen;

    /// <summary>All servers, as they are.</summary>
    public IReadOnlyList<ObservedServer> Observed => [.. _servers.Values.Select(server => server.Observed).OrderBy(server => server.Id, StringComparer.Ordinal)];

    /// <summary>What should be of all servers.</summary>
    public IReadOnlyList<DesiredServer> Desired => [.. _servers.Values.Select(server => server.Record.Desired)];

    /// <summary>Opens the store, and takes over what still runs.</summary>
    /// <exception cref="WorkerException">Another worker uses the folder, or it cannot be used.</exception>
    public static async Task<WorkerCore> OpenAsync(WorkerCoreOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        try
        {
            options = options with { DataFolder = OwnFolder.Claim(options.DataFolder) };
            OwnFolder.Claim(Path.Combine(options.DataFolder, "servers"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkerException($"The folder {options.DataFolder} cannot be used: {exception.Message} Name another one (--data).", exception);
        }

        var core = new WorkerCore(options, WorkerStore.Open(options.DataFolder, loggers.CreateLogger<WorkerCore>(), clock), loggers, clock);
        try
        {
            await core.AdoptAsync().ConfigureAwait(false);
            return core;
        }
        catch
        {
            await core.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A value of this worker that lives in its store, such as its id; null when there is none.</summary>
    public string? ReadValue(string name) => _store.ReadValue(name);

    /// <summary>Stores a value of this worker.</summary>
    /// <exception cref="WorkerException">It cannot be stored.</exception>
    public void WriteValue(string name, string? value)
    {
        try
        {
            _store.WriteValue(name, value);
        }
        catch (Exception exception) when (SqliteFile.IsError(exception))
        {
            throw new WorkerException($"The worker's store cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Everything that a host wants here. A server beyond these stays as it is: a host that has lost its store must not end games. It can be
    /// stopped and deleted by the private API. What runs and is in nobody's store is stopped.
    /// </summary>
    /// <returns>Completes when it is stored; the work towards it continues.</returns>
    public async Task SetDesiredAsync(IReadOnlyList<DesiredServer> all)
    {
        foreach (var desired in all)
        {
            await ChangeDesiredAsync(desired).ConfigureAwait(false);
        }

        var known = all.Select(server => server.Id).ToHashSet();
        foreach (var server in _servers.Values.Where(
            server => !known.Contains(server.Id) && server.Record is { IsLocal: false, Desired.IsDeleted: false }))
        {
            LogUnknown(server.Id);
        }

        foreach (var stray in TakeStrays())
        {
            LogStray(stray.ServerId, stray.Pid);
            _ = EndStrayAsync(stray);
        }
    }

    /// <summary>What a host wants of one server.</summary>
    /// <returns>Completes when it is stored.</returns>
    public Task ChangeDesiredAsync(DesiredServer desired) => ChangeAsync(desired, isLocal: false);

    /// <summary>A server that is wanted here, whatever a host wants.</summary>
    /// <returns>Completes when it is stored.</returns>
    public Task AddLocalAsync(DesiredServer desired) => ChangeAsync(desired, isLocal: true);

    /// <summary>Carries out a command. One with a known id is not carried out again: its outcome is given once more.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Ends the wait for the outcome, not the command.</param>
    /// <returns>The outcome.</returns>
    public Task<CommandOutcome> RunAsync(WorkerCommand command, CancellationToken cancellation) => _commands.RunAsync(
        command,
        () => _servers.TryGetValue(command.ServerId, out var server)
            ? server.RunAsync(command, CancellationToken.None)
            : Task.FromResult<string?>($"This worker has no server {Core.Text.VisibleText.Of(command.ServerId)}."),
        cancellation);

    /// <summary>Each change of a server from now on; a slow reader gets the newest of each server.</summary>
    public IAsyncEnumerable<ObservedServer> Changes(CancellationToken cancellation) => _changes.Read(cancellation);

    /// <summary>The host knows from the server's SDK how it is.</summary>
    /// <param name="processId">The run, as in <see cref="ObservedServer.ProcessId"/>.</param>
    /// <param name="isHealthy">Whether it is ready and healthy; false when its reports are missing or say so.</param>
    /// <param name="hadSession">Whether it was given a game session.</param>
    /// <param name="kill">Why the host ends it at once; null if it does not.</param>
    public void TellSdkHealth(string processId, bool isHealthy, bool hadSession = false, string? kill = null)
    {
        foreach (var server in _servers.Values)
        {
            server.TellSdkHealth(processId, isHealthy, hadSession, kill);
        }
    }

    /// <summary>The figures of now.</summary>
    public WorkerHealth Measure() => _figures.Measure(_servers.Values.Select(server => (server.Id, server.Running)));

    /// <summary>From now on no new servers are taken.</summary>
    public void Freeze() => SetFrozen(true);

    /// <summary>The opposite of <see cref="Freeze"/>.</summary>
    public void Thaw() => SetFrozen(false);

    /// <summary>Stops all servers by their ladders, and starts none, not even one that comes from now on.</summary>
    public Task ShutdownAsync()
    {
        lock (_lock)
        {
            _isShuttingDown = true;
            return Task.WhenAll(_servers.Values.Select(server => server.ShutdownAsync()));
        }
    }

    /// <summary>Reads a server's log.</summary>
    /// <param name="serverId">The server.</param>
    /// <param name="range">The part.</param>
    /// <param name="write">Takes the bytes as they were printed; a slow one delays nobody but itself.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ServerException">There is no such server.</exception>
    public Task ReadLogAsync(string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation) =>
        _servers.TryGetValue(serverId, out var server)
            ? _surroundings.RunnerOf(server.Record.Desired.GameId).ReadLogAsync(server.Folder, serverId, range, write, cancellation)
            : throw new ServerException("server_not_found", $"This worker has no server {Core.Text.VisibleText.Of(serverId)}.");

    /// <summary>Leaves the servers running.</summary>
    public async ValueTask DisposeAsync()
    {
        _commands.Dispose();
        await Task.WhenAll(_servers.Values.Select(server => server.LeaveAsync())).ConfigureAwait(false);
        _store.Dispose();
    }

    private async Task AdoptAsync()
    {
        var found = await Task.WhenAll(_surroundings.Runners.Select(runner => runner.AdoptAsync(CancellationToken.None))).ConfigureAwait(false);
        var runs = found.SelectMany(list => list).ToLookup(run => run.ServerId);
        var records = _store.ReadServers();
        foreach (var record in records)
        {
            var own = runs[record.Desired.Id].ToList();
            var running = own.Find(run => run.RunId == record.Run?.RunId) ?? own.Find(run => !run.Exited.IsCompleted);
            _servers[record.Desired.Id] = new ServerSupervisor(record, running, _surroundings);
            foreach (var other in own.Where(run => run != running))
            {
                _ = EndStrayAsync(other);
            }
        }

        foreach (var stray in runs.Where(group => !_servers.ContainsKey(group.Key)))
        {
            // until a host says that it knows the server, it is left alone
            _strays[stray.Key] = stray.First();
        }

        foreach (var server in _servers.Values)
        {
            server.Begin();
        }
    }

    private async Task ChangeAsync(DesiredServer desired, bool isLocal)
    {
        ServerIdRule.Check(desired.Id);
        while (true)
        {
            ServerSupervisor? leaving = null;
            lock (_lock)
            {
                if (_servers.TryGetValue(desired.Id, out var server) && !server.IsGone)
                {
                    server.Change(desired);
                    return;
                }

                leaving = server;
                if (leaving is null || _servers.TryRemove(new(desired.Id, leaving)))
                {
                    if (desired.IsDeleted)
                    {
                        // it was removed before, or never came here
                        _changes.Tell(new ObservedServer { Id = desired.Id, State = ServerState.Stopped, IsGone = true });
                        if (!_strays.ContainsKey(desired.Id))
                        {
                            return;
                        }
                    }

                    Add(desired, isLocal);
                    return;
                }
            }

            await Task.Yield();
        }
    }

    private void Add(DesiredServer desired, bool isLocal)
    {
        _strays.Remove(desired.Id, out var running);
        var record = new ServerRecord { Desired = desired, IsLocal = isLocal };
        try
        {
            _store.Write(record);
        }
        catch (SqliteException exception)
        {
            throw new WorkerException($"The worker's store cannot be written: {exception.Message}", exception);
        }

        var server = new ServerSupervisor(record, running, _surroundings);
        _servers[desired.Id] = server;
        if (_isShuttingDown)
        {
            // it is not started
            _ = server.ShutdownAsync();
        }

        server.Begin();
    }

    private void SetFrozen(bool isFrozen)
    {
        WriteValue(FrozenValue, isFrozen ? "1" : null);
        _isFrozen = isFrozen;
        foreach (var server in _servers.Values)
        {
            server.Look();
        }
    }

    private List<IRunningServer> TakeStrays()
    {
        lock (_lock)
        {
            List<IRunningServer> strays = [.. _strays.Values];
            _strays.Clear();
            return strays;
        }
    }

    private async Task EndStrayAsync(IRunningServer stray)
    {
        if (!stray.Exited.IsCompleted)
        {
            await new StopLadder(_clock).EndAsync(stray, new StopSettings(), CancellationToken.None, CancellationToken.None).ConfigureAwait(false);
        }

        stray.Forget();
    }

    [LoggerMessage(LogLevel.Warning, "The host does not know server {Server}, which stays as it is. The private API of this worker can stop and delete it.")]
    private partial void LogUnknown(string server);

    [LoggerMessage(LogLevel.Warning, "A server {Server} runs (process {Pid}) that neither the worker's store nor its host knows: it is stopped.")]
    private partial void LogStray(string server, int? pid);
}
