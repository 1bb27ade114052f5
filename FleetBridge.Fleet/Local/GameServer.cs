using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>What game servers have in common.</summary>
/// <param name="Control">The fleet that they belong to.</param>
/// <param name="Ports">Their ports.</param>
/// <param name="Events">Who is told of them.</param>
/// <param name="OutputLog">The log of a server's output, by its name.</param>
/// <param name="Logger">The log of what happens to them.</param>
/// <param name="Clock">The clock of every wait.</param>
internal sealed record ServerSurroundings(
    FleetControl Control, GamePorts Ports, LocalEvents Events, Func<string, ILogger> OutputLog, ILogger Logger, TimeProvider Clock);

/// <summary>
/// One of the game servers that a fleet has: a process that is started again whenever it ends, since a server hosts one game session
/// in its life.
/// </summary>
/// <param name="name">Its name in the log.</param>
/// <param name="launch">What is started.</param>
/// <param name="surroundings">What it shares with others.</param>
internal sealed partial class GameServer(string name, ServerLaunch launch, ServerSurroundings surroundings)
{
    /// <summary>How long it has to end by itself; the host's own stop waits for it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    /// <summary>How long the rest of its output may take. A process that it has left behind may hold the pipe.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = surroundings.Logger;
    private readonly TimeProvider _clock = surroundings.Clock;
    private Process? _process;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The id that it has in the fleet; null between two lives.</summary>
    public string? ProcessId { get; private set; }

    /// <summary>The id of its newest life, also when that has ended: what happened is told a little later.</summary>
    public string? NewestProcessId { get; private set; }

    /// <summary>The system's id of its process; null between two lives.</summary>
    public int? SystemId { get; private set; }

    /// <summary>Its port; null between two lives.</summary>
    public int? Port { get; private set; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Why it could not be started, or how it ended last; null for nothing to say.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Starts it, again and again, until it is told to stop.</summary>
    /// <returns>Completes when its process has ended.</returns>
    public async Task RunAsync(CancellationToken stopping)
    {
        var pauses = new RestartPause();
        while (!stopping.IsCancellationRequested)
        {
            var begun = _clock.GetTimestamp();
            var life = await TryLiveAsync(stopping).ConfigureAwait(false);
            var lifetime = _clock.GetElapsedTime(begun);
            var pause = pauses.After(life.HadSession, lifetime);
            Report(life, lifetime, stopping.IsCancellationRequested ? null : pause);
            try
            {
                await Task.Delay(pause, _clock, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Kills its process, if that has this id in the fleet.</summary>
    public void Kill(KillProcessPush push)
    {
        if (push.ProcessId == ProcessId && _process is { } process)
        {
            LogKilling(Name, push.Reason);
            Termination.Force(process);
        }
    }

    private async Task<Life> TryLiveAsync(CancellationToken stopping)
    {
        try
        {
            return await LiveAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // the other servers, and the next life of this one, do not suffer from it
            LogBug(exception, Name);
            return Life.Failed($"{Name} cannot be kept running because of a bug in FleetBridge ({exception.GetType().Name}); please report it.");
        }
    }

    private async Task<Life> LiveAsync(CancellationToken stopping)
    {
        if (surroundings.Ports.Take(launch.Ports) is not { } port)
        {
            return Life.Failed($"All ports of {launch.Ports} are in use, so {Name} cannot start. Choose others with --game-ports.");
        }

        var processId = $"{Name}-{Guid.NewGuid().ToString("N")[..8]}";
        try
        {
            var variables = await ServerLauncher.IntroduceAsync(surroundings.Control, processId, isStartedByUs: true).ConfigureAwait(false);
            return await RunProcessAsync(port, variables, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FleetException or ObjectDisposedException)
        {
            return Life.Failed($"{Name} cannot start: {exception.Message}");
        }
        finally
        {
            (ProcessId, SystemId, Port, _process) = (null, null, null, null);
            surroundings.Ports.Return(port);
        }
    }

    private async Task<Life> RunProcessAsync(int port, ServerVariables variables, CancellationToken stopping)
    {
        var output = surroundings.OutputLog(Name);
        var lines = new OutputLines(line =>
        {
            LogOutput(output, line);
            surroundings.Events.Tell(new LocalEvent(LocalEvent.Output) { Server = Name, Text = line });
        });
        using var process = new Process { StartInfo = StartInfo(port, variables) };
        (ProcessId, NewestProcessId, Port, _process) = (variables.ProcessId, variables.ProcessId, port, process);
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            await ExitedAsync(variables.ProcessId, null).ConfigureAwait(false);
            return Life.Failed($"{launch.Executable} cannot be started: {exception.Message}");
        }

        (SystemId, Starts, Trouble) = (process.Id, Starts + 1, null);
        LogStarted(Name, process.Id, port, variables.ProcessId);
        var reading = Task.WhenAll(lines.ReadAsync(process.StandardOutput), lines.ReadAsync(process.StandardError));
        await WaitForEndAsync(process, stopping).ConfigureAwait(false);
        await Task.WhenAny(reading, Task.Delay(OutputLimit, _clock, CancellationToken.None)).ConfigureAwait(false);
        var known = surroundings.Control.Read(model => model.FindProcess(variables.ProcessId));
        await ExitedAsync(variables.ProcessId, process.ExitCode).ConfigureAwait(false);
        return new Life(
            variables.ProcessId,
            process.ExitCode,
            known is { State: not ServerProcessState.Activating },
            known?.GameSessionId is not null,
            lines.Last,
            null);
    }

    private ProcessStartInfo StartInfo(int port, ServerVariables variables)
    {
        var info = new ProcessStartInfo(
            launch.Executable, launch.ArgumentsFor(Name, variables.ProcessId, port).Concat(variables.Flags))
        {
            WorkingDirectory = Path.GetDirectoryName(launch.Executable),
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (variable, value) in variables.Environment)
        {
            info.Environment[variable] = value;
        }

        return info;
    }

    private async Task WaitForEndAsync(Process process, CancellationToken stopping)
    {
        try
        {
            await process.WaitForExitAsync(stopping).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException)
        {
            Termination.Ask(process);
        }

        using var limit = new CancellationTokenSource(StopLimit, _clock);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogStubborn(Name, StopLimit.TotalSeconds);
            Termination.Force(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task ExitedAsync(string processId, int? exitCode)
    {
        try
        {
            await surroundings.Control.ChangeAsync(model => model.ProcessExited(processId, exitCode)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FleetException or ObjectDisposedException)
        {
            LogNotStored(Name, exception.Message);
        }
    }

    private void Report(Life life, TimeSpan lifetime, TimeSpan? pause)
    {
        var again = pause is { } wait ? $" It starts again in {wait.TotalSeconds:0} s." : "";
        if (life.Problem is { } problem)
        {
            Trouble = problem;
            LogTrouble(problem + again);
            surroundings.Events.Tell(new LocalEvent(LocalEvent.Trouble) { Server = Name, Text = problem + again });
            return;
        }

        // a server that was told to stop has not failed
        var isEarly = !life.WasReady && pause is not null;
        surroundings.Events.Tell(new LocalEvent(LocalEvent.ProcessEnded)
        {
            ProcessId = life.ProcessId,
            Server = Name,
            ExitCode = life.ExitCode,
            LastLines = isEarly ? life.LastLines : null,
            RestartSeconds = pause?.TotalSeconds,
        });
        if (isEarly)
        {
            var said = life.LastLines.Count == 0 ? "It wrote nothing." : $"Its last lines: {string.Join(" | ", life.LastLines)}.";
            Trouble = $"{Name} exited with {life.ExitCode} after {lifetime.TotalSeconds:0.0} s, before ProcessReady. {said}".TrimEnd();
            LogTrouble(Trouble + again);
        }
        else
        {
            LogEnded(Name, life.ExitCode, lifetime.TotalSeconds, again);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Name} has started (process {SystemId}) with port {Port}; in the fleet it is {ProcessId}.")]
    private partial void LogStarted(string name, int systemId, int port, string processId);

    [LoggerMessage(LogLevel.Information, "{Name} has ended with {ExitCode} after {Seconds:0.0} s.{Again}")]
    private partial void LogEnded(string name, int exitCode, double seconds, string again);

    [LoggerMessage(LogLevel.Debug, "The life of {Name} failed.")]
    private partial void LogBug(Exception exception, string name);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(LogLevel.Warning, "{Name} is killed: {Reason}")]
    private partial void LogKilling(string name, string reason);

    [LoggerMessage(LogLevel.Warning, "{Name} was asked to end and is still there after {Seconds:0} s; it is killed.")]
    private partial void LogStubborn(string name, double seconds);

    [LoggerMessage(LogLevel.Warning, "The end of {Name} could not be stored: {Reason}")]
    private partial void LogNotStored(string name, string reason);

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogOutput(ILogger logger, string line);

    /// <summary>One life of the process.</summary>
    private sealed record Life(
        string? ProcessId, int ExitCode, bool WasReady, bool HadSession, IReadOnlyList<string> LastLines, string? Problem)
    {
        public static Life Failed(string problem) => new(null, -1, false, false, [], problem);
    }
}
