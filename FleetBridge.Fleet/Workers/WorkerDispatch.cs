using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers;

/// <summary>
/// Sends each worker what is stored and it has not got: what should be of its servers, then the commands in their order. What to send is
/// found by looking at the store, not by remembering what happened, so that nothing is lost and nothing is sent before it is stored.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing.")]
internal sealed partial class WorkerDispatch(
    FleetControl control, IWorkerLinks links, Func<FleetWorker, GameLiftVariables?> gameLift, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, Outbox> _outboxes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A worker has said hello: it gets everything.</summary>
    public void Restart(string workerId)
    {
        var outbox = OutboxOf(workerId);
        lock (outbox)
        {
            outbox.IsGreeted = true;
            outbox.IsFull = true;
        }

        Signal(workerId);
    }

    /// <summary>A worker has connected without going on where it was: nothing is sent until its hello.</summary>
    public void Hold(string workerId)
    {
        var outbox = OutboxOf(workerId);
        lock (outbox)
        {
            outbox.IsGreeted = false;
        }
    }

    /// <summary>Something for a worker may have been stored.</summary>
    public void Signal(string workerId)
    {
        var outbox = OutboxOf(workerId);
        if (Interlocked.Exchange(ref outbox.Signals, 2) == 0)
        {
            _ = Task.Run(() => PumpAsync(workerId, outbox));
        }
    }

    /// <summary>A process has to be ended at once; its worker ends it, and starts the server again.</summary>
    public void Kill(string workerId, string processId, string reason)
    {
        var outbox = OutboxOf(workerId);
        lock (outbox)
        {
            outbox.Kills[processId] = reason;
        }

        Signal(workerId);
    }

    /// <summary>Sends no more.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private static byte[] Write<T>(T payload, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(payload, type);

    private Outbox OutboxOf(string workerId) => _outboxes.GetOrAdd(workerId, _ => new Outbox());

    private async Task PumpAsync(string workerId, Outbox outbox)
    {
        do
        {
            // 1 is "running": a signal from now on makes it 2 again, and one more round
            Interlocked.Exchange(ref outbox.Signals, 1);
            try
            {
                await SendAllAsync(workerId, outbox).ConfigureAwait(false);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // the next signal tries again: a session, a hello, a command, or the tick
                LogNotSent(workerId, exception.Message);
                lock (outbox)
                {
                    outbox.IsFull = true;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref outbox.Signals, 0, 1) != 1);
    }

    private async Task SendAllAsync(string workerId, Outbox outbox)
    {
        bool isFull;
        Dictionary<string, string> kills;
        lock (outbox)
        {
            if (!outbox.IsGreeted || !links.IsConnected(workerId))
            {
                return;
            }

            isFull = outbox.IsFull;
            outbox.IsFull = false;
            kills = new Dictionary<string, string>(outbox.Kills, StringComparer.Ordinal);
        }

        var (worker, servers, commands, health) = control.Read(model => (
            model.Workers.Find(workerId),
            model.PlacedServers.All.Where(server => server.WorkerId == workerId).OrderBy(server => server.Number).ToList(),
            model.OpenCommands.Where(command => command.WorkerId == workerId).ToList(),
            SdkHealthOf(model, workerId, kills)));
        if (worker is null)
        {
            return;
        }

        await SendDesiredAsync(worker, servers, outbox, isFull).ConfigureAwait(false);
        if (isFull)
        {
            outbox.SentCommands.Clear();
        }

        outbox.SentCommands.IntersectWith(commands.Select(command => command.CommandId));
        foreach (var command in commands.Where(command => outbox.SentCommands.Add(command.CommandId)))
        {
            await SendAsync(workerId, command).ConfigureAwait(false);
        }

        await SendHealthAsync(workerId, health, outbox, isFull).ConfigureAwait(false);
        await SendWishesAsync(worker, outbox, isFull).ConfigureAwait(false);
    }

    /// <summary>What the SDK says of a worker's processes, as far as it has said something.</summary>
    private static List<SdkHealth> SdkHealthOf(FleetModel model, string workerId, Dictionary<string, string> kills) =>
    [
        .. model.PlacedServers.All
            .Where(server => server.WorkerId == workerId)
            .Select(server => model.Observations.Find(server.ServerId)?.Observed)
            .Where(observed => observed is { Pid: not null, ProcessId: not null })
            .Select(observed => model.FindProcess(observed!.ProcessId!))
            .Where(process => process is not null && (WorkerFleet.IsHealthy(process) is not null || kills.ContainsKey(process.ProcessId)))
            .Select(process => new SdkHealth(
                process!.ProcessId,
                WorkerFleet.IsHealthy(process) ?? false,
                process.GameSessionId is not null,
                kills.GetValueOrDefault(process.ProcessId))),
    ];

    private async Task SendHealthAsync(string workerId, List<SdkHealth> health, Outbox outbox, bool isFull)
    {
        if (isFull)
        {
            outbox.SentHealth.Clear();
        }

        foreach (var one in health.Where(one => outbox.SentHealth.Add(one)).ToList())
        {
            await SendAsync(workerId, LinkMessageType.SdkHealth, Write(one, ServerJson.Default.SdkHealth)).ConfigureAwait(false);
        }

        outbox.SentHealth.IntersectWith(health);
        lock (outbox)
        {
            foreach (var gone in outbox.Kills.Keys.Except(health.Select(one => one.ProcessId)).ToList())
            {
                outbox.Kills.Remove(gone);
            }
        }
    }

    private async Task SendDesiredAsync(FleetWorker worker, List<PlacedServer> servers, Outbox outbox, bool isFull)
    {
        var variables = gameLift(worker);
        if (isFull)
        {
            outbox.SentServers.Clear();
            var all = new DesiredServers([.. servers.Select(server => Describe(server, variables))]);
            await SendAsync(worker.WorkerId, LinkMessageType.Desired, Write(all, ServerJson.Default.DesiredServers)).ConfigureAwait(false);
        }

        foreach (var server in servers)
        {
            // records never change: another one is a newer one
            if (!isFull && outbox.SentServers.TryGetValue(server.ServerId, out var sent) && ReferenceEquals(sent, server))
            {
                continue;
            }

            outbox.SentServers[server.ServerId] = server;
            if (!isFull)
            {
                await SendAsync(
                    worker.WorkerId,
                    LinkMessageType.DesiredChange,
                    Write(Describe(server, variables), ServerJson.Default.DesiredServer)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends a command, and notes that the worker has it.</summary>
    private async Task SendAsync(string workerId, ServerCommand command)
    {
        var payload = new WorkerCommand
        {
            Id = command.CommandId,
            ServerId = command.ServerId,
            Type = command.Type,
            Text = command.Text,
            Deadline = command.Deadline,
        };
        await SendAsync(workerId, TypeOf(command.Type), Write(payload, ServerJson.Default.WorkerCommand)).ConfigureAwait(false);
        if (command.Status == CommandStatus.Pending)
        {
            await control.ChangeAsync(
                model => ServerRules.End(model, command.CommandId, CommandStatus.Delivered, null, model.Now)).ConfigureAwait(false);
        }
    }

    private async Task SendWishesAsync(FleetWorker worker, Outbox outbox, bool isFull)
    {
        if (worker.WantsFrozen is { } wanted && (isFull || outbox.SentFrozen != wanted))
        {
            outbox.SentFrozen = wanted;
            await SendAsync(worker.WorkerId, wanted ? LinkMessageType.Freeze : LinkMessageType.Thaw, default).ConfigureAwait(false);
        }
        else if (worker.WantsFrozen is null)
        {
            outbox.SentFrozen = null;
        }

        if (worker.WantsShutdown && (isFull || !outbox.SentShutdown))
        {
            outbox.SentShutdown = true;
            await SendAsync(worker.WorkerId, LinkMessageType.Shutdown, default).ConfigureAwait(false);
        }
        else if (!worker.WantsShutdown)
        {
            outbox.SentShutdown = false;
        }
    }

    private Task SendAsync(string workerId, LinkMessageType type, ReadOnlyMemory<byte> payload) =>
        links.SendAsync(workerId, type, payload, _stopping.Token);

    private static DesiredServer Describe(PlacedServer server, GameLiftVariables? variables) => new()
    {
        Id = server.ServerId,
        GameId = server.GameId,
        Configuration = server.Configuration,
        ConfigurationVersion = server.ConfigurationVersion,
        DesiredState = server.DesiredState,
        IsDeleted = server.IsDeleted,
        GameLift = variables,
    };

    private static LinkMessageType TypeOf(CommandType type) => type switch
    {
        CommandType.Start => LinkMessageType.Start,
        CommandType.Stop => LinkMessageType.Stop,
        CommandType.Kill => LinkMessageType.Kill,
        CommandType.Restart => LinkMessageType.Restart,
        CommandType.Update => LinkMessageType.Update,
        _ => LinkMessageType.Stdin,
    };

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} could not be sent what it should do; that is tried again: {Reason}")]
    private partial void LogNotSent(string workerId, string reason);

    /// <summary>What a worker was sent in its session.</summary>
    private sealed class Outbox
    {
        /// <summary>0: no pump; 1: one runs; 2: one runs, and has to look again.</summary>
        public int Signals;

        public bool IsGreeted { get; set; }

        public bool IsFull { get; set; }

        public Dictionary<string, PlacedServer> SentServers { get; } = new(StringComparer.Ordinal);

        public HashSet<string> SentCommands { get; } = new(StringComparer.Ordinal);

        public HashSet<SdkHealth> SentHealth { get; } = [];

        /// <summary>Processes that have to be ended, and why.</summary>
        public Dictionary<string, string> Kills { get; } = new(StringComparer.Ordinal);

        public bool? SentFrozen { get; set; }

        public bool SentShutdown { get; set; }
    }
}
