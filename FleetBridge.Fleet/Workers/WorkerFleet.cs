using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers;

/// <summary>
/// The workers of a host and their servers: what should be is stored here, what is comes from the workers, and each works on without the
/// other.
/// </summary>
internal sealed partial class WorkerFleet : IAsyncDisposable
{
    private readonly FleetControl _control;
    private readonly IWorkerLinks _links;
    private readonly WorkerDispatch _dispatch;
    private readonly WorkerGreetings _greetings;
    private readonly WorkerInbox _inbox;
    private readonly WorkerLogs _logs;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly int _tlsPort;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;
    private readonly IDisposable _launching;

    /// <param name="control">The fleet with its store.</param>
    /// <param name="links">The workers' connections.</param>
    /// <param name="tlsPort">The port at which servers on other machines find the server SDK's WebSocket.</param>
    /// <param name="logger">What happens to workers.</param>
    /// <param name="clock">The clock of every wait.</param>
    public WorkerFleet(FleetControl control, IWorkerLinks links, int tlsPort, ILogger logger, TimeProvider clock)
    {
        (_control, _links, _tlsPort, _logger, _clock) = (control, links, tlsPort, logger, clock);
        Presence = new WorkerPresence(clock);
        _logs = new WorkerLogs(links, clock);
        _dispatch = new WorkerDispatch(control, links, VariablesOf, logger);
        _greetings = new WorkerGreetings(control, clock);
        _inbox = new WorkerInbox(control, Presence, _greetings, _dispatch, _logs, logger);
        links.OnSession += _inbox.Session;
        links.OnMessage += _inbox.Message;
        _launching = control.AttachLauncher(push => _ = Task.Run(() => Kill(push)));
        _watching = WatchSdkAsync(control.Changes(_stopping.Token));
        _timer = clock.CreateTimer(_ => _ = TickAsync(), null, TickInterval, TickInterval);
    }

    /// <summary>Whether workers on this machine need a join token too.</summary>
    public bool IsTokenAlwaysNeeded { get; init; }

    /// <summary>The SHA-256 of the certificate that workers on other machines pin; null for none.</summary>
    public Func<Task<string?>> Fingerprint { get; init; } = () => Task.FromResult<string?>(null);

    /// <summary>What is known of workers in memory only.</summary>
    public WorkerPresence Presence { get; }

    /// <summary>Makes a server; it stays stopped after its install. A worker that is just coming is waited for.</summary>
    /// <exception cref="ServerException">The configuration is wrong, or no worker can take it.</exception>
    public async Task<ServerObject> CreateServerAsync(
        GameId game, string? workerId, ServerConfiguration configuration, CancellationToken cancellation = default)
    {
        var begun = _clock.GetTimestamp();
        while (true)
        {
            var next = _greetings.Next;
            try
            {
                return await ChangeAsync(model => ServerRules.Create(model, Presence.StateOf, game, workerId, configuration)).ConfigureAwait(false);
            }
            catch (ServerException exception) when (exception.Code == ServerRules.NoWorker && _greetings.IsWorthATry(next, begun))
            {
                await _greetings.WaitAsync(next, begun, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Changes a server's configuration.</summary>
    /// <exception cref="ServerException">It is not there, or the configuration is wrong.</exception>
    public Task<ServerObject> ConfigureServerAsync(string serverId, ServerConfiguration configuration) =>
        ChangeAsync(model => ServerRules.Configure(model, serverId, configuration));

    /// <summary>Deletes a server, which is stopped first.</summary>
    /// <exception cref="ServerException">It is not there.</exception>
    public Task<ServerObject> DeleteServerAsync(string serverId) => ChangeAsync(model => ServerRules.Delete(model, serverId));

    /// <summary>Gives a server a command.</summary>
    /// <exception cref="ServerException">It is not there, or the command is wrong.</exception>
    public async Task<CommandObject> CommandAsync(string serverId, CommandType type, string? text, double? timeoutSeconds)
    {
        var command = await _control.ChangeAsync(model => ServerRules.Command(model, serverId, type, text, timeoutSeconds)).ConfigureAwait(false);
        _dispatch.Signal(command.WorkerId);
        return ServerViews.Of(command);
    }

    /// <summary>A server's command.</summary>
    /// <exception cref="ServerException">There is no such server or command.</exception>
    public CommandObject GetCommand(string serverId, string commandId) => _control.Read(model =>
    {
        ServerRules.Find(model, serverId);
        return model.Commands.Find(commandId) is { } command && command.ServerId == serverId
            ? ServerViews.Of(command)
            : throw new ServerException("command_not_found", $"Server {serverId} has no command '{Core.Security.ShortText.Of(commandId)}'.");
    });

    /// <summary>A server.</summary>
    /// <exception cref="ServerException"><c>server_not_found</c>.</exception>
    public ServerObject GetServer(string serverId) => _control.Read(model => ServerViews.WithEnds(model, Presence, ServerRules.Find(model, serverId)));

    /// <summary>A part of the servers, oldest first.</summary>
    public Page<ServerObject> ListServers(string? workerId, string? gameId, PageRequest page) => _control.Read(model => page.Take(
        model.PlacedAfter(page.After).Where(server => (workerId is null || server.WorkerId == workerId)
            && (gameId is null || server.GameId.ToString() == gameId)),
        server => server.Number,
        server => ServerViews.Of(model, Presence, server)));

    /// <summary>A part of a server's commands, oldest first.</summary>
    /// <exception cref="ServerException"><c>server_not_found</c>.</exception>
    public Page<CommandObject> ListCommands(string serverId, PageRequest page) => _control.Read(model =>
    {
        ServerRules.Find(model, serverId);
        return page.Take(
            model.CommandsOf(serverId).Where(command => command.Number > page.After), command => command.Number, ServerViews.Of);
    });

    /// <summary>A part of the workers, oldest first.</summary>
    public Page<WorkerObject> ListWorkers(PageRequest page) => _control.Read(model => page.Take(
        model.Workers.All.Where(worker => worker.Number > page.After).OrderBy(worker => worker.Number),
        worker => worker.Number,
        worker => ServerViews.Of(model, Presence, worker)));

    /// <summary>A worker.</summary>
    /// <exception cref="ServerException"><c>worker_not_found</c>.</exception>
    public WorkerObject GetWorker(string workerId) =>
        _control.Read(model => ServerViews.Of(model, Presence, WorkerRules.Get(model, workerId)));

    /// <summary>Makes a worker known, or takes what it says of itself.</summary>
    /// <exception cref="ServerException"><c>invalid_worker</c>, or it may not join.</exception>
    public async Task<(WorkerObject Worker, bool IsNew)> RegisterWorkerAsync(
        string workerId, string? name, string? address, string? apiUrl, JoinRequest? join = null)
    {
        var isNew = await _control.ChangeAsync(model =>
        {
            var known = model.Workers.Find(workerId) is not null;
            var secret = join is null ? null : WorkerAdmission.Admit(model, workerId, join);
            var worker = WorkerRules.Register(model, workerId, name, address, apiUrl);
            model.Workers.Set(worker with { SecretHash = secret ?? worker.SecretHash });
            return !known;
        }).ConfigureAwait(false);
        return (GetWorker(workerId), isNew);
    }

    /// <summary>Makes a token with which a worker on another machine may join.</summary>
    public Task<(string Token, DateTimeOffset ExpiresAt)> MakeJoinTokenAsync() => JoinTokens.MakeAsync(_control);

    /// <summary>Asks a worker to freeze or to thaw, and says so from then on.</summary>
    /// <exception cref="ServerException"><c>worker_not_found</c>.</exception>
    public Task<WorkerObject> FreezeAsync(string workerId, bool isFrozen) =>
        ChangeWorkerAsync(workerId, model => WorkerRules.Freeze(model, workerId, isFrozen));

    /// <summary>Asks a worker to stop its servers and end.</summary>
    /// <exception cref="ServerException"><c>worker_not_found</c>.</exception>
    public Task<WorkerObject> ShutdownAsync(string workerId) => ChangeWorkerAsync(workerId, model =>
    {
        var worker = WorkerRules.Get(model, workerId);
        if (!worker.IsShutdown)
        {
            model.Workers.Set(worker with { WantsShutdown = true });
        }
    });

    /// <summary>Forgets a worker that has shut down or is unknown, with its servers.</summary>
    /// <exception cref="ServerException">It is not there, it is alive, or it has servers.</exception>
    public async Task ForgetWorkerAsync(string workerId, bool withServers)
    {
        await _control.ChangeAsync(model =>
        {
            WorkerRules.Get(model, workerId);
            var servers = model.PlacedServers.All.Where(server => server.WorkerId == workerId).ToList();
            if (servers.Count > 0 && !withServers)
            {
                throw new ServerException(
                    "worker_has_servers", $"Worker {workerId} has {servers.Count} servers. Delete them first, or forget them with it by ?force=true.");
            }

            foreach (var server in servers)
            {
                ServerRules.Forget(model, server.ServerId);
            }

            model.Workers.Remove(workerId);
        }).ConfigureAwait(false);
        _greetings.Forget(workerId);
        Presence.ForgetWorker(workerId);
    }

    /// <summary>A worker's health over HTTP, for one without a link.</summary>
    /// <exception cref="ServerException"><c>worker_not_found</c>.</exception>
    public void Beat(string workerId, WorkerHealth? health)
    {
        _control.Read(model => WorkerRules.Get(model, workerId));
        Presence.Beat(workerId, health);
    }

    /// <summary>A server's health over HTTP: its worker lives.</summary>
    /// <exception cref="ServerException"><c>server_not_found</c>.</exception>
    public void BeatServer(string serverId, ServerFigures figures)
    {
        Presence.Beat(_control.Read(model => ServerRules.Get(model, serverId)).WorkerId);
        Presence.Note(figures);
    }

    /// <summary>Reads a server's log from its worker.</summary>
    /// <exception cref="ServerException">There is no such server, or its worker is not there.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(LogRequest request, CancellationToken cancellation) =>
        _logs.ReadAsync(_control.Read(model => ServerRules.Find(model, request.ServerId)).WorkerId, request, cancellation);

    public async ValueTask DisposeAsync()
    {
        _launching.Dispose();
        _links.OnSession -= _inbox.Session;
        _links.OnMessage -= _inbox.Message;
        await _timer.DisposeAsync().ConfigureAwait(false);
        _dispatch.Stop();
        _logs.EndAll();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _inbox.DisposeAsync().ConfigureAwait(false);
        _dispatch.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Whether a process is healthy by the server SDK; null while that has not said it.</summary>
    public static bool? IsHealthy(ServerProcess process) => process.State switch
    {
        ServerProcessState.Ready or ServerProcessState.Hosting => true,
        ServerProcessState.Lost => false,

        // a server that speaks GameLift is not ready just because its process runs
        ServerProcessState.Activating when process.IsConnected => false,
        _ => null,
    };

    /// <summary>Changes what should be of a worker's servers.</summary>
    /// <exception cref="ServerException">The change is wrong.</exception>
    public async Task<T> ChangeServersAsync<T>(string workerId, Func<FleetModel, T> change)
    {
        var result = await _control.ChangeAsync(change).ConfigureAwait(false);
        _dispatch.Signal(workerId);
        return result;
    }

    /// <summary>The fleet wants a process to end at once.</summary>
    private void Kill(KillProcessPush push)
    {
        if (_control.Read(model => model.FindProcess(push.ProcessId))?.ComputeName is { } worker && _links.IsConnected(worker))
        {
            LogKill(push.ProcessId, push.Reason);
            _dispatch.Kill(worker, push.ProcessId, push.Reason);
        }
    }

    private async Task<ServerObject> ChangeAsync(Func<FleetModel, PlacedServer> change)
    {
        var server = await _control.ChangeAsync(change).ConfigureAwait(false);
        _dispatch.Signal(server.WorkerId);
        return _control.Read(model => ServerViews.Of(model, Presence, server));
    }

    private async Task<WorkerObject> ChangeWorkerAsync(string workerId, Action<FleetModel> change)
    {
        await _control.ChangeAsync(change).ConfigureAwait(false);
        _dispatch.Signal(workerId);
        return GetWorker(workerId);
    }

    private GameLiftVariables? VariablesOf(FleetWorker worker)
    {
        if (worker.SdkToken is not { } token)
        {
            return null;
        }

        var isHere = _inbox.SessionOf(worker.WorkerId) is not { LocalAddress: { } address }
            || (System.Net.IPAddress.TryParse(address, out var parsed) && System.Net.IPAddress.IsLoopback(parsed));
        var endpoint = isHere
            ? _control.Options.SdkEndpoint
            : $"wss://{HostOf(_inbox.SessionOf(worker.WorkerId)!.LocalAddress!)}:{_tlsPort}";
        return new GameLiftVariables(endpoint, FleetModel.DefaultFleetId, worker.WorkerId, token);
    }

    private static string HostOf(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    [LoggerMessage(LogLevel.Warning, "Server process {ProcessId} is killed: {Reason}")]
    private partial void LogKill(string processId, string reason);
}
