using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>Starts game servers for the default fleet of a host, and keeps them running.</summary>
internal sealed class ServerLauncher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ServerGroup> _groups = [];
    private readonly ServerSurroundings _surroundings;
    private readonly IDisposable _attached;

    /// <summary>Creates a launcher.</summary>
    /// <param name="control">The fleet.</param>
    /// <param name="outputLog">The log of a server's output, by its name.</param>
    /// <param name="logger">The log of what happens to the servers.</param>
    /// <param name="clock">The clock of every wait.</param>
    public ServerLauncher(FleetControl control, Func<string, ILogger> outputLog, ILogger logger, TimeProvider clock)
    {
        Events = new LocalEvents(control, NameOf);
        _surroundings = new ServerSurroundings(control, new GamePorts(), Events, outputLog, logger, clock);
        _attached = control.AttachLauncher(push =>
        {
            foreach (var server in Servers)
            {
                server.Kill(push);
            }
        });
    }

    /// <summary>What happens on the fleet.</summary>
    public LocalEvents Events { get; }

    /// <summary>All servers that were started here and not stopped.</summary>
    public IReadOnlyList<GameServer> Servers
    {
        get
        {
            lock (_lock)
            {
                return [.. _groups.SelectMany(group => group.Servers)];
            }
        }
    }

    /// <summary>Makes a process known to the fleet, and gets what it has to know.</summary>
    /// <param name="isStartedByUs">Whether its end will be told.</param>
    /// <exception cref="FleetException">The fleet is not ACTIVE, or its store cannot be written.</exception>
    public static Task<ServerVariables> IntroduceAsync(FleetControl control, string processId, bool isStartedByUs) => control.ChangeAsync(model =>
    {
        const string Fleet = FleetModel.DefaultFleetId;
        const string Compute = FleetModel.DefaultComputeName;
        var token = model.IssueAuthToken(Fleet, Compute);
        if (isStartedByUs)
        {
            model.ProcessStarted(processId, Fleet, Compute);
        }

        return new ServerVariables(control.Options.SdkEndpoint, Fleet, Compute, processId, token.Token);
    });

    /// <summary>Starts the servers of a launch.</summary>
    /// <exception cref="UserException">They cannot be started here.</exception>
    public ServerGroup Start(ServerLaunch launch)
    {
        launch.Check();
        var plain = string.Concat(launch.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));
        lock (_lock)
        {
            var taken = _groups.SelectMany(group => group.Servers).Select(server => server.Name).ToHashSet(StringComparer.Ordinal);
            var names = Enumerable.Range(1, int.MaxValue).Select(number => $"{plain}-{number}").Where(name => !taken.Contains(name));
            var group = new ServerGroup([.. names.Take(launch.Processes).Select(name => new GameServer(name, launch, _surroundings))]);
            _groups.Add(group);
            return group;
        }
    }

    /// <summary>Stops the servers of a launch, all at once.</summary>
    /// <returns>Completes when their processes have ended.</returns>
    public async Task StopAsync(ServerGroup group)
    {
        await group.StopAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _groups.Remove(group);
        }

        group.Dispose();
    }

    /// <summary>Stops all servers.</summary>
    /// <returns>Their names, when their processes have ended.</returns>
    public async Task<IReadOnlyList<string>> StopAllAsync()
    {
        List<ServerGroup> groups;
        lock (_lock)
        {
            groups = [.. _groups];
        }

        await Task.WhenAll(groups.Select(StopAsync)).ConfigureAwait(false);
        return [.. groups.SelectMany(group => group.Servers).Select(server => server.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAllAsync().ConfigureAwait(false);
        _attached.Dispose();
        await Events.DisposeAsync().ConfigureAwait(false);
    }

    private string? NameOf(string processId) => Servers.FirstOrDefault(server => server.NewestProcessId == processId)?.Name;
}

/// <summary>The servers of one launch.</summary>
internal sealed class ServerGroup : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <summary>Starts them.</summary>
    public ServerGroup(IReadOnlyList<GameServer> servers)
    {
        Servers = servers;
        _running = Task.WhenAll(servers.Select(server => Task.Run(() => server.RunAsync(_stopping.Token))));
    }

    /// <summary>The servers.</summary>
    public IReadOnlyList<GameServer> Servers { get; }

    /// <summary>Stops them.</summary>
    /// <returns>Completes when their processes have ended.</returns>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();
}
