using System.Text.Json;
using FleetBridge.Fleet.Link;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>A part of a server's log on its way to the host, in chunks, as fast as the host gives credit.</summary>
/// <param name="core">Has the logs.</param>
/// <param name="request">What is asked for.</param>
/// <param name="send">Sends a message to the host.</param>
internal sealed class LogReading(WorkerCore core, LogRequest request, Func<LinkMessageType, byte[], LinkClass, CancellationToken, ValueTask> send)
    : IDisposable
{
    private const int LargestChunk = 64 * 1024;

    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _credited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _credit = LogCredit.First;
    private long _sequence;

    /// <summary>Reads until the end, or until it is cancelled.</summary>
    public async Task RunAsync()
    {
        try
        {
            var range = new LogRange { Tail = request.Tail, From = request.From, To = request.To, Follow = request.Follow };
            var reading = core.ReadLogAsync(request.ServerId, range, WriteAsync, _cancelled.Token);
            if (!reading.IsCompleted)
            {
                // the log is there: the host need not wait until something is printed
                await SendAsync(new LogChunk { RequestId = request.RequestId, Sequence = NextSequence() }).ConfigureAwait(false);
            }

            await reading.ConfigureAwait(false);
            await SendAsync(new LogChunk { RequestId = request.RequestId, Sequence = NextSequence(), IsEnd = true }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            // nobody reads it any more
        }
        catch (LinkException)
        {
            // the link has ended
        }
        catch (Exception exception) when (exception is ServerException or IOException or UnauthorizedAccessException or WorkerException)
        {
            await SendAsync(new LogChunk { RequestId = request.RequestId, Sequence = NextSequence(), IsEnd = true, Error = exception.Message })
                .ConfigureAwait(false);
        }
    }

    /// <summary>Lets it send more.</summary>
    public void Credit(long bytes)
    {
        lock (_lock)
        {
            _credit += bytes;
            _credited.TrySetResult();
        }
    }

    /// <summary>Ends it.</summary>
    public void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it has ended by itself
        }
    }

    public void Dispose() => _cancelled.Dispose();

    private long NextSequence() => Interlocked.Increment(ref _sequence) - 1;

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..(int)Math.Min(Math.Min(bytes.Length, LargestChunk), await WaitForCreditAsync().ConfigureAwait(false))];
            bytes = bytes[part.Length..];
            lock (_lock)
            {
                _credit -= part.Length;
            }

            await SendAsync(new LogChunk { RequestId = request.RequestId, Sequence = NextSequence(), Bytes = part.ToArray() }).ConfigureAwait(false);
        }
    }

    private async ValueTask<long> WaitForCreditAsync()
    {
        while (true)
        {
            Task credited;
            lock (_lock)
            {
                if (_credit > 0)
                {
                    return _credit;
                }

                if (_credited.Task.IsCompleted)
                {
                    _credited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                credited = _credited.Task;
            }

            await credited.WaitAsync(_cancelled.Token).ConfigureAwait(false);
        }
    }

    private ValueTask SendAsync(LogChunk chunk) => send(
        LinkMessageType.LogChunk, JsonSerializer.SerializeToUtf8Bytes(chunk, ServerJson.Default.LogChunk), LinkClass.Control, _cancelled.Token);
}
