using System.Globalization;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using FleetBridge.Fleet.Running;
using FleetBridge.Keeper.Unix;

namespace FleetBridge.Fleet.Containers;

/// <summary>A game server in a container.</summary>
internal sealed class DockerServer : IRunningServer, IDisposable
{
    /// <summary>A shell's and an init process's code for "ended by a signal".</summary>
    private const int SignalBase = 128;

    private readonly ContainerEngine _engine;
    private readonly Action<DockerServer> _forget;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<ServerExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MultiplexedStream? _stdin;

    /// <param name="engine">The engine.</param>
    /// <param name="record">The run.</param>
    /// <param name="forget">Removes what the runner has kept of it.</param>
    public DockerServer(ContainerEngine engine, RunRecord record, Action<DockerServer> forget)
    {
        (_engine, _forget) = (engine, forget);
        (ServerId, RunId, StartedAt) = (record.ServerId, record.RunId, record.StartedAt);
        Container = ContainerSpecification.NameOf(record.ServerId, record.RunId);
    }

    public string ServerId { get; }

    public string RunId { get; }

    /// <summary>The container's name; the engine takes it for its id.</summary>
    public string Container { get; }

    public int? Pid { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    public Task<ServerExit> Exited => _exited.Task;

    /// <summary>Connects to its standard input: before its start, so that nothing is missed.</summary>
    public async Task AttachAsync(CancellationToken cancellation)
    {
        var stream = await _engine.CallAsync(
            (client, ending) => client.Containers.AttachContainerAsync(
                Container, new ContainerAttachParameters { Stream = true, Stdin = true }, ending),
            cancellation).ConfigureAwait(false);
        Interlocked.Exchange(ref _stdin, stream)?.Dispose();
    }

    /// <summary>Asks the engine what has become of it.</summary>
    /// <returns>Completes when it is known; the engine may have gone away.</returns>
    public async Task LookAsync(CancellationToken cancellation)
    {
        State? state;
        try
        {
            var found = await _engine.CallAsync(
                (client, ending) => client.Containers.InspectContainerAsync(Container, ending), cancellation).ConfigureAwait(false);
            state = found.State;
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            _exited.TrySetResult(new ServerExit { EndedAt = _engine.Clock.GetUtcNow(), Note = "Its container was removed by somebody else." });
            return;
        }

        if (state is null)
        {
            return;
        }

        if (TimeOf(state.StartedAt) is { } started)
        {
            StartedAt = started;
        }

        if (state.Running || state.Paused || state.Restarting)
        {
            Pid = state.Pid > 0 ? (int)state.Pid : null;
            return;
        }

        var lines = await LastLinesAsync(cancellation).ConfigureAwait(false);
        _exited.TrySetResult(ExitOf(state, lines, _engine.Clock.GetUtcNow()));
    }

    public async Task WriteStdinAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Exited.IsCompleted)
            {
                throw Ended();
            }

            byte[] bytes = [.. line.Span, (byte)'\n'];
            if (_stdin is null || !await TryWriteAsync(bytes, cancellation).ConfigureAwait(false))
            {
                // the engine was started again meanwhile
                await AttachAsync(cancellation).ConfigureAwait(false);
                await _stdin!.WriteAsync(bytes, 0, bytes.Length, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            throw new RunningServerException($"Nothing can be written to the server in {Container}: {ContainerEngine.TextOf(exception)}.");
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task SignalAsync(string name, CancellationToken cancellation)
    {
        if (Signals.Find(name) is null)
        {
            throw new RunningServerException($"A container knows no signal {name}.");
        }

        try
        {
            await KillAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            throw Ended();
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            throw new RunningServerException($"The engine did not send {name} to {Container}: {ContainerEngine.TextOf(exception)}.");
        }
    }

    /// <summary>The processes of a container end with its first one.</summary>
    public async Task KillTreeAsync(CancellationToken cancellation)
    {
        try
        {
            await KillAsync("SIGKILL", cancellation).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // it has ended already
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            throw new RunningServerException($"The engine did not kill {Container}: {ContainerEngine.TextOf(exception)}.");
        }
    }

    public ServerUse? Measure() => Pid is { } pid && !Exited.IsCompleted ? ContainerUse.Measure(pid) : null;

    public void Forget() => _forget(this);

    /// <summary>Leaves the container as it is.</summary>
    public void Dispose()
    {
        _stdin?.Dispose();
        _writing.Dispose();
    }

    /// <summary>How a container's state tells an end.</summary>
    internal static ServerExit ExitOf(State state, IReadOnlyList<string> lines, DateTimeOffset now)
    {
        var signal = state.ExitCode > SignalBase ? Signals.NameOnLinux((int)state.ExitCode - SignalBase) : null;
        return new ServerExit
        {
            ExitCode = signal is null ? (int)state.ExitCode : null,
            Signal = signal,
            IsOutOfMemory = state.OOMKilled,
            EndedAt = TimeOf(state.FinishedAt) ?? now,
            Note = state.Error is { Length: > 0 } error ? error : null,
            LastLines = lines,
        };
    }

    private Task KillAsync(string signal, CancellationToken cancellation) => _engine.CallAsync(
        (client, ending) => client.Containers.KillContainerAsync(Container, new ContainerKillParameters { Signal = signal }, ending), cancellation);

    private async Task<bool> TryWriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            await _stdin!.WriteAsync(bytes, 0, bytes.Length, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (ContainerEngine.IsUnreachable(exception))
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<string>> LastLinesAsync(CancellationToken cancellation)
    {
        try
        {
            return await new ContainerLog(_engine).LastLinesAsync(Container, ServerExit.MostLines, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            return [];
        }
    }

    private RunningServerException Ended() => new($"The server in {Container} has ended.");

    /// <summary>The engine says year 1 for "never".</summary>
    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;
}
