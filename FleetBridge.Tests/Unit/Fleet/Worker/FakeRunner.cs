using System.Text;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

/// <summary>Runs servers that exist in the test alone.</summary>
internal sealed class FakeRunner(TimeProvider clock) : IServerRunner
{
    private readonly Lock _lock = new();

    /// <summary>All runs, oldest first.</summary>
    public List<FakeServer> Runs { get; } = [];

    /// <summary>What a worker finds when it begins.</summary>
    public List<IRunningServer> Left { get; } = [];

    /// <summary>Fails each start; null for none.</summary>
    public StartException? Problem { get; set; }

    /// <summary>Holds starts until it is completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How often a start was asked for.</summary>
    public int Starts { get; private set; }

    /// <summary>How servers behave.</summary>
    public Action<FakeServer> Prepare { get; set; } = server => server.EndsAt = "SIGTERM";

    public FakeServer Last
    {
        get
        {
            lock (_lock)
            {
                return Runs[^1];
            }
        }
    }

    bool IServerRunner.Runs(GameId game) => true;

    public async Task<IRunningServer> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        lock (_lock)
        {
            Starts++;
        }

        await Gate.WaitAsync(cancellation);
        if (Problem is { } problem)
        {
            throw problem;
        }

        var server = new FakeServer(request, clock);
        Prepare(server);
        lock (_lock)
        {
            Runs.Add(server);
        }

        return server;
    }

    public Task<IReadOnlyList<IRunningServer>> AdoptAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<IRunningServer>>(Left);

    public Task ReadLogAsync(
        string serverFolder, string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation) =>
        Task.CompletedTask;
}

/// <summary>A server that ends when it is told, or does not.</summary>
internal sealed class FakeServer(StartRequest request, TimeProvider clock) : IRunningServer
{
    private readonly TaskCompletionSource<ServerExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StartRequest Request { get; } = request;

    /// <summary>What was done to it.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>A stdin line or a signal at which it ends; a kill always ends it.</summary>
    public string? EndsAt { get; set; }

    public bool IsForgotten { get; private set; }

    public string ServerId => Request.ServerId;

    public string RunId => Request.RunId;

    public int? Pid => 4711;

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    public Task<ServerExit> Exited => _exited.Task;

    /// <summary>Whether something was done to it.</summary>
    public bool HasHeard(string word)
    {
        lock (Heard)
        {
            return Heard.Contains(word);
        }
    }

    public void End(int? code = 0, string? signal = null, bool isMachineRestart = false) => _exited.TrySetResult(new ServerExit
    {
        ExitCode = signal is null ? code : null,
        Signal = signal,
        EndedAt = clock.GetUtcNow(),
        IsMachineRestart = isMachineRestart,
        LastLines = ["the last line"],
    });

    public Task WriteStdinAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation) => HearAsync(Encoding.UTF8.GetString(line.Span), 0, null);

    public Task SignalAsync(string name, CancellationToken cancellation) => HearAsync(name, null, name);

    public Task KillTreeAsync(CancellationToken cancellation)
    {
        EndsAt = "kill";
        return HearAsync("kill", null, "SIGKILL");
    }

    public ServerUse? Measure() => null;

    public void Forget() => IsForgotten = true;

    private Task HearAsync(string word, int? code, string? signal)
    {
        lock (Heard)
        {
            Heard.Add(word);
        }

        if (word == EndsAt)
        {
            End(code, signal);
        }

        return Task.CompletedTask;
    }
}

/// <summary>A disk that says what it is asked for.</summary>
internal sealed class FakeDisk : IDiskFlush
{
    public Action<string, string> Flushed { get; set; } = (_, _) => { };

    public void Tree(string folder) => Flushed("tree", folder);

    public void Names(string folder) => Flushed("names", folder);
}

/// <summary>Installs an empty folder, or does not.</summary>
internal sealed class FakeInstaller : IInstaller, IInstallers
{
    public IReadOnlyList<IInstaller> All => [this];

    public string Kind => GameId.Folder;

    /// <summary>Holds installs until it is completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Fails each install; null for none.</summary>
    public InstallException? Problem { get; set; }

    public int Installs { get; private set; }

    public bool IsAvailable(out string reason)
    {
        reason = "";
        return true;
    }

    public async Task<Installation> InstallAsync(
        InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation)
    {
        Installs++;
        File.WriteAllText(Path.Combine(request.Folder, "half"), "");
        progress.Report(new InstallProgress(50, 1, 2, "copying"));
        await Gate.WaitAsync(cancellation);
        return Problem is { } problem ? throw problem : new Installation("1");
    }
}
