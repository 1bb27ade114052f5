using Serilog.Core;
using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Turns events into the editor's records. Runs on the asynchronous sink's own thread and never waits for the client.
/// </summary>
internal sealed class EditorSink(LogBacklog backlog) : ILogEventSink
{
    public void Emit(LogEvent logEvent) => backlog.Add(EditorRecord.Encode(logEvent));
}

/// <summary>
/// Counts the events on their way into the asynchronous sink, so that a request can wait until its own have come out at
/// the other end.
/// </summary>
internal sealed class CountingSink(ILogEventSink inner) : ILogEventSink, IDisposable
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Emit(LogEvent logEvent)
    {
        Interlocked.Increment(ref _count);
        inner.Emit(logEvent);
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
