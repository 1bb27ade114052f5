using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;

namespace FleetBridge.Fleet.Local;

/// <summary>What a game server prints in one run, from its worker's log, line by line as it comes.</summary>
/// <param name="serverId">The server.</param>
/// <param name="from">What was printed before is not shown.</param>
/// <param name="fleet">Has the log.</param>
/// <param name="clock">The clock of every wait.</param>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing.")]
internal sealed class RunOutput(string serverId, DateTimeOffset from, WorkerFleet fleet, TimeProvider clock)
{
    /// <summary>How soon a log that could not be read is tried again.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The next run does not begin that soon.</summary>
    private static readonly TimeSpan EndMargin = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _ending = new();
    private readonly Pipe _pipe = new();
    private OutputLines? _lines;
    private Task _reading = Task.CompletedTask;
    private Task _following = Task.CompletedTask;
    private long _given;

    /// <summary>Begins to give its lines.</summary>
    /// <param name="follows">Whether the run has not ended.</param>
    /// <param name="write">Takes a line.</param>
    public void Begin(bool follows, Action<string> write)
    {
        _lines = new OutputLines(write);
        _reading = ReadLinesAsync(_lines);
        if (follows)
        {
            _following = Task.Run(FollowAsync);
        }
    }

    /// <summary>Gives the rest of its lines.</summary>
    /// <param name="endedAt">When the run ended.</param>
    /// <returns>The last lines.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(DateTimeOffset endedAt)
    {
        await LeaveAsync().ConfigureAwait(false);
        try
        {
            await CopyAsync(NewRequest() with { To = endedAt + EndMargin }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ServerException)
        {
            // its log is gone, or its worker
        }

        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        return _lines?.Last ?? [];
    }

    /// <summary>Gives no more.</summary>
    public async Task LeaveAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
    }

    private LogRequest NewRequest() => new() { RequestId = Guid.NewGuid().ToString("N"), ServerId = serverId, From = from };

    private async Task ReadLinesAsync(OutputLines lines)
    {
        using var reader = new StreamReader(_pipe.Reader.AsStream(), Encoding.UTF8);
        await lines.ReadAsync(reader).ConfigureAwait(false);
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await CopyAsync(NewRequest() with { Follow = true }, _ending.Token).ConfigureAwait(false);
                }
                catch (ServerException)
                {
                    // its worker is not there just now
                }

                await Task.Delay(RetryInterval, clock, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the run has ended
        }
    }

    /// <summary>Copies what was not given before.</summary>
    private async Task CopyAsync(LogRequest request, CancellationToken cancellation)
    {
        var skipped = 0L;
        await foreach (var bytes in fleet.ReadLogAsync(request, cancellation).ConfigureAwait(false))
        {
            var known = (int)Math.Min(bytes.Length, Math.Max(0, _given - skipped));
            skipped += known;
            if (known < bytes.Length)
            {
                await _pipe.Writer.WriteAsync(bytes[known..], CancellationToken.None).ConfigureAwait(false);
                _given += bytes.Length - known;
                skipped += bytes.Length - known;
            }
        }
    }
}
