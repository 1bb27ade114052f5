using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;

namespace FleetBridge.Gateway.Topics;

/// <summary>
/// The log as a topic: its history is the log's own ring, and an event's number is the record's. While nobody listens it costs
/// nothing; while somebody does, each record is written once for all who are live.
/// </summary>
internal sealed class LogTopic : Topic, IDisposable
{
    public const string TopicName = "log";

    /// <summary>A series of records is one wake-up.</summary>
    private static readonly TimeSpan WakeDelay = TimeSpan.FromMilliseconds(5);

    private const long MostTaken = 256 * 1024;

    private readonly LogRing _ring;
    private readonly byte[] _head;
    private readonly FrameBuffer _one = new();
    private readonly List<LogRecord> _read = [];
    private LogReader? _reader;
    private CancellationTokenSource? _ending;
    private long _last;

    /// <summary>Creates it.</summary>
    /// <param name="ring">The log.</param>
    /// <param name="epoch">Which run of the log it is.</param>
    public LogTopic(LogRing ring, string epoch)
        : base(TopicName, epoch)
    {
        _ring = ring;

        // the records' times are in this machine's zone, which a browser elsewhere does not know
        Snapshot = () => new JsonObject { ["utc_offset_minutes"] = (int)ring.Clock.GetLocalNow().Offset.TotalMinutes };
        _head = Encoding.ASCII.GetBytes($$"""{"type":"event","payload":{"topic":"{{TopicName}}","epoch":"{{epoch}}","offset":""");
    }

    protected override long Last => _reader is null ? _ring.Added : _last;

    protected override long Oldest => _ring.Oldest + 1;

    public void Dispose()
    {
        lock (Lock)
        {
            OnLast();
        }
    }

    protected override void OnFirst()
    {
        _reader = _ring.Open(new LogReaderPolicy
        {
            Bound = BridgeLog.LongHistory,
            DescribeGap = static count => string.Create(CultureInfo.InvariantCulture, $"{count} records were dropped."),
            WakeDelay = WakeDelay,
        });
        _last = _reader.Position;
        _ending = new CancellationTokenSource();
        _ = PublishAsync(_reader, _ending.Token);
    }

    protected override void OnLast()
    {
        _ending?.Cancel();
        _ending?.Dispose();
        _reader?.Dispose();
        (_ending, _reader) = (null, null);
    }

    protected override long Write(long after, long until, FrameBuffer into, int mostBytes)
    {
        _ring.Read(after, until, mostBytes, _read);
        foreach (var record in _read)
        {
            Write(into, record, ++after);
        }

        return after;
    }

    private async Task PublishAsync(LogReader reader, CancellationToken ending)
    {
        var batch = new LogBatch();
        try
        {
            while (true)
            {
                await reader.TakeAsync(batch, MostTaken, ending).ConfigureAwait(false);
                lock (Lock)
                {
                    if (_reader != reader)
                    {
                        return;
                    }

                    Publish(batch);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // nobody listens any more
        }
    }

    private void Publish(LogBatch batch)
    {
        if (batch.Dropped > 0)
        {
            CloseLive("Log records were dropped. Come back, and continue from your last position.");
        }

        _last = batch.End - (batch.Records.Count - (batch.Dropped > 0 ? 1 : 0));
        foreach (var record in batch.Records.Skip(batch.Dropped > 0 ? 1 : 0))
        {
            _one.Clear();
            Write(_one, record, ++_last);
            SendToLive(_one.Frames.ToArray());
        }
    }

    private void Write(FrameBuffer into, LogRecord record, long number)
    {
        into.Begin();
        into.Write(_head);
        Utf8Number(into, number);
        into.Write(",\"event\":"u8);
        EditorRecord.Write(into, record);
        into.Write("}}"u8);
        into.End();
    }

    private static void Utf8Number(FrameBuffer into, long number)
    {
        number.TryFormat(into.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        into.Advance(written);
    }
}
