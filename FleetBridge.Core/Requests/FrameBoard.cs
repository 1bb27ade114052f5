using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using FleetBridge.Backends;

namespace FleetBridge.Core.Requests;

/// <summary>The newest picture of each topic, and those who wait for the next one.</summary>
internal sealed partial class FrameBoard : IFramePublisher
{
    private const int MostTopics = 64;
    private const int MostBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<string, FrameTopic> _topics = new(StringComparer.Ordinal);

    /// <summary>The topics that have a picture.</summary>
    public IReadOnlyList<string> Topics => [.. _topics.Where(topic => topic.Value.Newest.Number > 0).Select(topic => topic.Key).Order(StringComparer.Ordinal)];

    public bool IsWatched(string topic) => _topics.TryGetValue(topic, out var known) && known.Viewers > 0;

    public void Publish(string topic, ReadOnlyMemory<byte> jpeg)
    {
        if (jpeg.Length is < 4 or > MostBytes || jpeg.Span is not [0xFF, 0xD8, ..])
        {
            throw new ArgumentException($"A picture is a JPEG of at most {MostBytes} bytes.", nameof(jpeg));
        }

        (Find(topic) ?? throw new ArgumentException(
            $"A topic has 1 to 100 lower-case letters, digits, dots, hyphens and underscores, and there are at most {MostTopics}.", nameof(topic))).Publish(jpeg);
    }

    /// <summary>Finds a topic, which comes into being: a viewer may be earlier than the first picture.</summary>
    /// <returns>Null where the name cannot be one, or there are as many as may be.</returns>
    public FrameTopic? Find(string name) => _topics.TryGetValue(name, out var topic) ? topic
        : _topics.Count < MostTopics && NameRule().IsMatch(name) ? _topics.GetOrAdd(name, _ => new FrameTopic())
        : null;

    [GeneratedRegex(@"\A[a-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}

/// <summary>The pictures of one topic: only the newest is kept.</summary>
internal sealed class FrameTopic
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (ReadOnlyMemory<byte> Jpeg, long Number) _newest;
    private int _viewers;

    /// <summary>How many watch.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>The newest picture and its number; 0 before the first.</summary>
    public (ReadOnlyMemory<byte> Jpeg, long Number) Newest
    {
        get
        {
            lock (_lock)
            {
                return _newest;
            }
        }
    }

    /// <summary>Counts a viewer.</summary>
    public void Enter() => Interlocked.Increment(ref _viewers);

    /// <summary>Counts a viewer that leaves.</summary>
    public void Leave() => Interlocked.Decrement(ref _viewers);

    /// <summary>Replaces the picture.</summary>
    public void Publish(ReadOnlyMemory<byte> jpeg)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            _newest = (jpeg, _newest.Number + 1);
            (next, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        next.TrySetResult();
    }

    /// <summary>Waits for a picture that is newer.</summary>
    /// <param name="number">The number of the one that was seen.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(ReadOnlyMemory<byte> Jpeg, long Number)> WaitAsync(long number, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_newest.Number > number)
                {
                    return _newest;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
