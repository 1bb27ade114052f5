using System.Text;
using Serilog.Sinks.Async;
using Serilog.Sinks.File;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Lets the file sink write many lines at once. By itself it makes one system call a line, which at thousands of lines
/// a second takes the processor from the requests that log them; its own buffering would leave the last lines in
/// memory. Here lines are held back only while more of them wait in the queue. After a write the queue's thread rests for
/// a moment: else each request of a series would have to wake it, and pay for that.
/// </summary>
internal sealed class BatchedFile : FileLifecycleHooks, IAsyncLogEventSinkMonitor
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly object _resting = new();
    private bool _ending;
    private IAsyncLogEventSinkInspector? _queue;

    /// <summary>Whether another line follows at once.</summary>
    private bool MoreWaits => _queue is { Count: > 0 };

    /// <summary>No more rests: the log is about to be closed.</summary>
    public void Hurry()
    {
        lock (_resting)
        {
            _ending = true;
            Monitor.PulseAll(_resting);
        }
    }

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => _queue = inspector;

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        // what still waits is written before the file closes
    }

    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding) =>
        new BatchedFileStream(underlyingStream, this);

    private void TakeRest()
    {
        lock (_resting)
        {
            if (!_ending && !MoreWaits)
            {
                Monitor.Wait(_resting, Rest);
            }
        }
    }

    private sealed class BatchedFileStream(Stream file, BatchedFile owner) : ForwardStream
    {
        private const int MostHeld = 64 * 1024;

        private readonly MemoryStream _held = new(MostHeld);

        public override bool CanRead => false;

        public override void Write(byte[] buffer, int offset, int count) => _held.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => _held.Write(buffer);

        public override void Flush()
        {
            if (_held.Length < MostHeld && owner.MoreWaits)
            {
                return;
            }

            WriteHeld();
            owner.TakeRest();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                WriteHeld();
                file.Dispose();
            }

            base.Dispose(disposing);
        }

        private void WriteHeld()
        {
            file.Write(_held.GetBuffer(), 0, (int)_held.Length);
            file.Flush();
            _held.SetLength(0);
        }
    }
}
