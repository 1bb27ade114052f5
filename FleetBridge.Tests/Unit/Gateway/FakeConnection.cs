using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Tests.Unit.Gateway;

/// <summary>A consumer's connection in memory: what was written can be read as messages, and writing can be held up.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a handle holds nothing.")]
internal sealed class FakeConnection : IConsumerConnection
{
    private readonly ConcurrentQueue<byte[]> _written = new();
    private readonly SemaphoreSlim _wrote = new(0);
    private TaskCompletionSource? _hold;

    public TimeSpan SilentFor { get; set; }

    public bool IsAborted { get; private set; }

    /// <summary>Everything that was written, as messages; a close frame is <c>{"close": code}</c>, a ping <c>{"ping": true}</c>.</summary>
    public IReadOnlyList<JsonObject> Messages => Read(_written.SelectMany(bytes => bytes).ToArray());

    public int Writes => _written.Count;

    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _hold, null)?.TrySetResult();

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        if (_hold is { } hold)
        {
            await hold.Task;
        }

        _written.Enqueue(frames.ToArray());
        _wrote.Release();
    }

    public void Abort() => IsAborted = true;

    /// <summary>Waits until there are so many messages.</summary>
    public async Task<IReadOnlyList<JsonObject>> WaitAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (Messages.Count < count)
        {
            await _wrote.WaitAsync(limit.Token);
        }

        return Messages;
    }

    public static Consumer Consumer(
        FakeConnection connection, string user = "ann", Role role = Role.Operator, string? id = null, ConsumerLimits? limits = null, TimeProvider? clock = null) =>
        new(
            id ?? Guid.NewGuid().ToString("N"),
            new Identity(user, user, role),
            IPAddress.Loopback,
            connection,
            limits ?? new ConsumerLimits(),
            (clock ?? TimeProvider.System).GetTimestamp());

    private static List<JsonObject> Read(byte[] all)
    {
        var messages = new List<JsonObject>();
        for (var at = 0; at < all.Length;)
        {
            var (op, length, header) = (all[at] & 15, all[at + 1] & 127, 2);
            if (length == 126)
            {
                (length, header) = (BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(at + 2)), 4);
            }
            else if (length == 127)
            {
                (length, header) = ((int)BinaryPrimitives.ReadUInt64BigEndian(all.AsSpan(at + 2)), 10);
            }

            var payload = all.AsSpan(at + header, length);
            messages.Add(op switch
            {
                8 => new JsonObject
                {
                    ["close"] = (int)BinaryPrimitives.ReadUInt16BigEndian(payload),
                    ["reason"] = Encoding.UTF8.GetString(payload[2..]),
                },
                9 => new JsonObject { ["ping"] = true },
                _ => (JsonObject)JsonNode.Parse(payload)!,
            });
            at += header + length;
        }

        return messages;
    }
}
