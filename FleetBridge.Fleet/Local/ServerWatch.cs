using System.Collections.Concurrent;
using System.Globalization;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>Watches the game servers that were started here: shows what they print, and tells when and how they end.</summary>
/// <param name="fleet">The workers and servers of the host.</param>
/// <param name="outputLog">The log of a server's output, by its name.</param>
/// <param name="tell">Tells those who follow.</param>
/// <param name="logger">The log of what happens to the servers.</param>
/// <param name="clock">The clock of every wait.</param>
internal sealed partial class ServerWatch(
    Func<Task<WorkerFleet>> fleet, Func<string, ILogger> outputLog, Action<LocalEvent> tell, ILogger logger, TimeProvider clock)
{
    /// <summary>A process id is the server's id, a hyphen and eight digits of its run.</summary>
    private const int RunLength = 9;

    private readonly ConcurrentDictionary<string, Watched> _servers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _ready = new(StringComparer.Ordinal);

    /// <summary>The name of a server that is watched, by its process id; null for any other.</summary>
    public string? NameOf(string processId) =>
        processId.Length > RunLength && _servers.ContainsKey(processId[..^RunLength]) ? processId[..^RunLength] : null;

    /// <summary>A new server.</summary>
    public void Add(string serverId) => _servers[serverId] = new Watched();

    /// <summary>A server of an earlier host: what it prints from now on is shown.</summary>
    /// <param name="serverId">The server.</param>
    /// <param name="known">What the store has of it; null for nothing.</param>
    /// <param name="process">Its process in the fleet.</param>
    public async Task AdoptAsync(string serverId, ObservedServer? known, ServerProcess? process)
    {
        var watched = new Watched { ToldEnd = known?.LastRun?.ProcessId, ToldTry = known?.NextTryAt, Since = clock.GetUtcNow() };
        if (_servers.TryAdd(serverId, watched) && known is not null)
        {
            if (process is { State: ServerProcessState.Ready or ServerProcessState.Hosting or ServerProcessState.Ending })
            {
                _ready[process.ProcessId] = true;
            }

            await BeginAsync(serverId, watched, known).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a server is watched.</summary>
    public bool Has(string serverId) => _servers.ContainsKey(serverId);

    /// <summary>A server is gone.</summary>
    public void Remove(string serverId) => _servers.TryRemove(serverId, out _);

    /// <summary>A process has called ProcessReady.</summary>
    public void NoteReady(string processId) => _ready[processId] = true;

    /// <summary>Whether the end of every run was told, as far as it is known.</summary>
    public bool IsQuiet(string serverId, ObservedServer? observed) => observed is null || !_servers.TryGetValue(serverId, out var watched)
        || (observed.Pid is null && observed.LastRun?.ProcessId == watched.ToldEnd);

    /// <summary>A worker has said how a server is.</summary>
    public async Task ObserveAsync(ObservedServer observed)
    {
        if (!_servers.TryGetValue(observed.Id, out var watched))
        {
            return;
        }

        if (observed.LastRun is { } ended && ended.ProcessId != watched.ToldEnd)
        {
            await EndAsync(watched, observed, ended).ConfigureAwait(false);
        }
        else if (observed.ProcessId is null && observed.State is ServerState.Crashed or ServerState.Failed
            && observed.Reason is { } problem && (watched.ToldTry != observed.NextTryAt || watched.ToldState != observed.State))
        {
            var text = problem + Again(observed.PauseSeconds);
            LogTrouble(text);
            tell(new LocalEvent(LocalEvent.Trouble) { Server = observed.Id, Text = text });
        }

        (watched.ToldTry, watched.ToldState) = (observed.NextTryAt, observed.State);
        await BeginAsync(observed.Id, watched, observed).ConfigureAwait(false);
    }

    /// <summary>Shows no more.</summary>
    public Task LeaveAsync() => Task.WhenAll(_servers.Values.Select(watched => watched.Output?.LeaveAsync() ?? Task.CompletedTask));

    private static string Again(double? seconds) => seconds is { } pause ? $" It starts again in {pause:0} s." : "";

    private async Task BeginAsync(string serverId, Watched watched, ObservedServer observed)
    {
        if (observed is { Pid: not null, ProcessId: { } run } && run != watched.Run)
        {
            watched.Run = run;
            watched.Output = await OpenAsync(serverId, watched.Since ?? observed.StartedAt, follows: true).ConfigureAwait(false);
            watched.Since = null;
        }
    }

    private async Task<RunOutput> OpenAsync(string serverId, DateTimeOffset? from, bool follows)
    {
        var output = outputLog(serverId);
        var run = new RunOutput(serverId, from ?? DateTimeOffset.MinValue, await fleet().ConfigureAwait(false), clock);
        run.Begin(follows, line =>
        {
            LogOutput(output, line);
            tell(new LocalEvent(LocalEvent.Output) { Server = serverId, Text = line });
        });
        return run;
    }

    private async Task EndAsync(Watched watched, ObservedServer observed, EndedRun ended)
    {
        // one that was too short for its start to be reported has its output shown now
        var output = watched.Output is { } known && watched.Run == ended.ProcessId
            ? known
            : await OpenAsync(observed.Id, watched.Since ?? ended.StartedAt, follows: false).ConfigureAwait(false);
        var lines = await output.EndAsync(ended.EndedAt).ConfigureAwait(false);
        watched.Output = null;
        var isEarly = !_ready.TryRemove(ended.ProcessId, out _) && !ended.WasAsked;
        tell(new LocalEvent(LocalEvent.ProcessEnded)
        {
            ProcessId = ended.ProcessId,
            Server = observed.Id,
            ExitCode = ExitStatus.Of(observed.ExitCode, observed.Signal),
            Signal = observed.Signal,
            LastLines = isEarly ? lines : null,
            RestartSeconds = observed.PauseSeconds,
        });
        if (isEarly)
        {
            var said = lines.Count == 0 ? "It wrote nothing." : $"Its last lines: {string.Join(" | ", lines)}.";
            var how = observed.Signal is { } signal ? $"was ended by {signal}" : $"exited with {observed.ExitCode}";
            var seconds = (ended.EndedAt - ended.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            LogTrouble($"{observed.Id} {how} after {seconds} s, before ProcessReady. {said}{Again(observed.PauseSeconds)}");
        }
        else if (ended.WasAsked && observed.StoppedBy == StopStep.Kill)
        {
            LogStubborn(observed.Id);
        }

        watched.ToldEnd = ended.ProcessId;
    }

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(LogLevel.Warning, "{Name} was asked to end and was still there after its time; it is killed.")]
    private partial void LogStubborn(string name);

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogOutput(ILogger logger, string line);

    /// <summary>What is known of a server.</summary>
    private sealed class Watched
    {
        /// <summary>The run whose output is shown.</summary>
        public string? Run { get; set; }

        public RunOutput? Output { get; set; }

        /// <summary>The run whose end was told last.</summary>
        public string? ToldEnd { get; set; }

        public DateTimeOffset? ToldTry { get; set; }

        public ServerState? ToldState { get; set; }

        /// <summary>From when on its output is shown; null for the beginning of each run.</summary>
        public DateTimeOffset? Since { get; set; }
    }
}
