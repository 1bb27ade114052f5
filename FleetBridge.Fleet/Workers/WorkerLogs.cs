using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>Reads logs of servers over the links. A reader gives the worker credit as it reads, so a slow one holds up its own log only.</summary>
internal sealed class WorkerLogs(IWorkerLinks links, TimeProvider clock)
{
    /// <summary>How long a worker may take for the first part.</summary>
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Reading> _readings = new(StringComparer.Ordinal);

    /// <summary>Reads a part of a log.</summary>
    /// <returns>The bytes as they were printed; the first element comes once the worker has found the log, and may be empty.</returns>
    /// <exception cref="ServerException">The worker is not there, goes away, or has no log of the server.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string workerId, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!links.IsConnected(workerId))
        {
            throw Unreachable(workerId);
        }

        var reading = new Reading(workerId);
        _readings[request.RequestId] = reading;
        var isOver = false;
        try
        {
            await SendAsync(workerId, LinkMessageType.LogRequest, JsonSerializer.SerializeToUtf8Bytes(request, ServerJson.Default.LogRequest), cancellation)
                .ConfigureAwait(false);
            await WaitForFirstAsync(reading, cancellation).ConfigureAwait(false);
            var owed = 0L;
            await foreach (var chunk in reading.Chunks.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                if (chunk.Error is { } error)
                {
                    isOver = true;
                    throw new ServerException("log_unavailable", error);
                }

                yield return chunk.Bytes;
                if (chunk.IsEnd)
                {
                    isOver = true;
                    yield break;
                }

                owed += chunk.Bytes.Length;
                if (owed >= LogCredit.First / 2)
                {
                    var credit = JsonSerializer.SerializeToUtf8Bytes(new LogCredit(request.RequestId, owed), ServerJson.Default.LogCredit);
                    owed = 0;
                    await SendAsync(workerId, LinkMessageType.LogCredit, credit, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _readings.TryRemove(request.RequestId, out _);
            if (!isOver && links.IsConnected(workerId))
            {
                var cancel = JsonSerializer.SerializeToUtf8Bytes(new LogCancel(request.RequestId), ServerJson.Default.LogCancel);
                try
                {
                    await SendAsync(workerId, LinkMessageType.LogCancel, cancel, CancellationToken.None).ConfigureAwait(false);
                }
                catch (ServerException)
                {
                    // it is gone, and its reading with it
                }
            }
        }
    }

    /// <summary>Takes a part that has come.</summary>
    public void Take(string workerId, LogChunk chunk)
    {
        if (_readings.TryGetValue(chunk.RequestId, out var reading) && reading.WorkerId == workerId)
        {
            reading.Chunks.Writer.TryWrite(chunk);
            if (chunk.IsEnd || chunk.Error is not null)
            {
                reading.Chunks.Writer.TryComplete();
            }
        }
    }

    /// <summary>A worker has begun anew: what it was reading for us is over.</summary>
    public void Lost(string workerId)
    {
        foreach (var (_, reading) in _readings.Where(one => one.Value.WorkerId == workerId))
        {
            reading.Chunks.Writer.TryComplete(new ServerException(
                "worker_unreachable", $"Worker {workerId} was started again while its log was read. Ask again."));
        }
    }

    /// <summary>Ends every reading: the host stops.</summary>
    public void EndAll()
    {
        foreach (var (_, reading) in _readings)
        {
            reading.Chunks.Writer.TryComplete(new ServerException("worker_unreachable", "The host stops. Ask the next one."));
        }
    }

    private static ServerException Unreachable(string workerId) => new(
        "worker_unreachable", $"Worker {workerId} is not connected, and the log is on its machine. It comes back by itself; ask again.");

    private async Task WaitForFirstAsync(Reading reading, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(FirstLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await reading.Chunks.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(reading.WorkerId);
        }
    }

    private async Task SendAsync(string workerId, LinkMessageType type, byte[] payload, CancellationToken cancellation)
    {
        try
        {
            await links.SendAsync(workerId, type, payload, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            throw Unreachable(workerId);
        }
    }

    private sealed class Reading(string workerId)
    {
        public string WorkerId { get; } = workerId;

        /// <summary>Bounded by the credit that the worker has.</summary>
        public Channel<LogChunk> Chunks { get; } = Channel.CreateUnbounded<LogChunk>(new UnboundedChannelOptions { SingleReader = true });
    }
}
