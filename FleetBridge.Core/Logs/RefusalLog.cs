using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Logs what the bridge refuses: the first of a kind at once, and after that one record a minute that counts the others. A web page can
/// send thousands of requests a second that are all refused, and each as a record would fill the editor's log and push everything else
/// out of the files.
/// </summary>
/// <param name="logger">Gets the records.</param>
/// <param name="clock">The clock of the minutes.</param>
internal sealed partial class RefusalLog(ILogger logger, TimeProvider clock) : IDisposable
{
    /// <summary>How long the others of a kind are counted before they are logged.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The texts are ours, so there are only some; what is above counts as one kind.</summary>
    private const int MostKinds = 100;
    private const int LongestKind = 60;
    private const string OtherKinds = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counted> _kinds = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Something was refused.</summary>
    /// <param name="reason">Why, in words of ours. What comes from outside is in quotation marks, and makes no kind of its own.</param>
    /// <param name="message">The whole message.</param>
    public void Refused(string reason, string message)
    {
        var kind = KindOf(reason);
        lock (_lock)
        {
            if (!_kinds.ContainsKey(kind) && _kinds.Count >= MostKinds)
            {
                kind = OtherKinds;
            }

            if (_kinds.TryGetValue(kind, out var counted))
            {
                (counted.Count, counted.Last) = (counted.Count + 1, message);
                return;
            }

            if (!_disposed)
            {
                _kinds[kind] = new Counted(clock.CreateTimer(_ => EndWindow(kind), state: null, Window, Window));
            }
        }

        LogFirst(message);
    }

    /// <summary>Logs what was counted last.</summary>
    public void Dispose()
    {
        List<Counted> left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _kinds.Values];
            _kinds.Clear();
        }

        foreach (var counted in left)
        {
            counted.Timer.Dispose();
            LogCounted(counted.Count, counted.Last);
        }
    }

    private static string KindOf(string reason)
    {
        var end = reason.AsSpan().IndexOfAny('\'', ':');
        return reason[..Math.Min(end < 0 ? reason.Length : end, LongestKind)];
    }

    private void EndWindow(string kind)
    {
        long count;
        string last;
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var counted))
            {
                return;
            }

            (count, last, counted.Count) = (counted.Count, counted.Last, 0);
            if (count == 0)
            {
                // a quiet minute: the next one of this kind is a first one again
                _kinds.Remove(kind);
                counted.Timer.Dispose();
            }
        }

        LogCounted(count, last);
    }

    private void LogCounted(long count, string last)
    {
        if (count > 0)
        {
            LogOthers(count, DurationText.Of(Window), last);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private partial void LogFirst(string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more were refused for this reason within {Window}. The last one: {Message}")]
    private partial void LogOthers(long count, string window, string message);

    private sealed class Counted(ITimer timer)
    {
        public ITimer Timer => timer;

        public long Count { get; set; }

        public string Last { get; set; } = "";
    }
}
