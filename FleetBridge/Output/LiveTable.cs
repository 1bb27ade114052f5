using FleetBridge.Backends;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using Serilog.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FleetBridge.Output;

/// <summary>
/// A running deployment on a terminal: a table of its resources (state, step, time) and below it the last lines of the log. Whatever
/// else is written to the terminal appears above. It is redrawn in its place, and gone when it is disposed.
/// </summary>
/// <remarks>
/// It draws by itself, and not by Spectre's live display: that one fills each line to the greatest width there ever was, which breaks
/// the lines of a terminal that has become narrower.
/// </remarks>
internal sealed class LiveTable : IDeploymentDisplay, IRenderHook, IAsyncDisposable
{
    /// <summary>How many lines of the log are shown at most.</summary>
    public const int LogLines = 5;

    /// <summary>How many warnings and errors are kept for the end.</summary>
    private const int KeptRecords = 200;

    private const string EraseBelow = "\e[J";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly bool _hasLog;
    private readonly Dictionary<string, LiveRow> _rows = [];
    private readonly List<LiveRow> _order = [];
    private readonly Queue<LogRecord> _log = [];
    private readonly List<LogRecord> _kept = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly Task _drawing;
    private int _drawn;
    private bool _isShown = true;

    /// <summary>Shows the table.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="resources">The resources, in the order of their lines.</param>
    /// <param name="hasLog">Whether it shows only the log's last lines, which come by <see cref="Add"/>; if not, all are written above
    /// it.</param>
    /// <param name="clock">The clock.</param>
    public LiveTable(IAnsiConsole console, IEnumerable<ResourceOutline> resources, bool hasLog, TimeProvider clock)
    {
        (_console, _clock, _hasLog) = (console, clock, hasLog);
        foreach (var resource in resources)
        {
            _order.Add(_rows[resource.Path] = new LiveRow(resource.Name));
        }

        console.Pipeline.Attach(this);
        Redraw();
        _drawing = DrawAsync();
    }

    /// <summary>Whether a terminal can show it.</summary>
    public static bool Suits(IAnsiConsole console) => console.Profile.Capabilities is { Interactive: true, Ansi: true };

    public IProgressDisplay Began(ResourceOutline resource, string operation)
    {
        var row = _rows[resource.Path];
        lock (_lock)
        {
            row.Begin(operation, _clock.GetTimestamp());
        }

        return new RowProgress(this, row);
    }

    public void Ended(ResourceOutcome outcome)
    {
        lock (_lock)
        {
            _rows[outcome.Resource.Path].End(outcome, _clock.GetTimestamp());
        }
    }

    /// <summary>Takes a record of the log. A warning or an error is also printed in the end.</summary>
    public void Add(LogRecord record)
    {
        if (!_hasLog || !TryShow(record))
        {
            TerminalSink.PrintOnTerminal(record);
        }
    }

    /// <summary>Puts the table below whatever is written to the terminal.</summary>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
    {
        lock (_lock)
        {
            var lines = _isShown ? Lines(options) : [];
            var up = _drawn > 0 ? $"\r\e[{_drawn}A" : "\r";
            _drawn = lines.Count;
            return
            [
                new ControlCode(up + EraseBelow),
                .. renderables,
                new ControlCode(string.Concat(lines.Select(line => $"{line}\n"))),
            ];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _drawing.ConfigureAwait(false);
        List<LogRecord> kept;
        lock (_lock)
        {
            _isShown = false;
            kept = [.. _kept];
        }

        Redraw();
        _console.Pipeline.Detach(this);
        kept.ForEach(TerminalSink.PrintOnTerminal);
        _ended.Dispose();
    }

    private bool TryShow(LogRecord record)
    {
        lock (_lock)
        {
            if (!_isShown)
            {
                return false;
            }

            // operations in parallel log as backend/resource
            _order.Find(row => record.Name.EndsWith($"/{row.Name}", StringComparison.Ordinal))?.Log(record.Text);
            _log.Enqueue(record);
            if (_log.Count > LogLines)
            {
                _log.Dequeue();
            }

            if (record.Level >= LogEventLevel.Warning && _kept.Count < KeptRecords)
            {
                _kept.Add(record);
            }

            return true;
        }
    }

    private async Task DrawAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(Pause, _clock, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Redraw();
        }
    }

    private void Redraw() => _console.Write(new ControlCode(""));

    private List<string> Lines(RenderOptions options)
    {
        // the last column stays free: some terminals break the line behind it
        var width = Math.Max(1, options.ConsoleSize.Width - 1);
        var height = Math.Max(1, options.ConsoleSize.Height - 1);
        var layout = new LiveColumns(width, _order);
        List<string> lines = [Painted("1", layout.Header)];
        lines.AddRange(_order.Select(row => layout.Line(row, TimeOf(row), Painted)));
        if (_hasLog && _log.Count > 0 && lines.Count + 1 < height)
        {
            lines.Add("");
            lines.AddRange(_log.TakeLast(height - lines.Count).Select(record => Painted("90", LiveText.Fit(
                $"{TerminalSink.TimeOf(record)} {record.LevelName,-8} {record.Name} {record.Text}", width))));
        }

        return lines.Count > height ? lines[..height] : lines;
    }

    private TimeSpan? TimeOf(LiveRow row) =>
        row.Began is { } began ? _clock.GetElapsedTime(began, row.Ended ?? _clock.GetTimestamp()) : null;

    private string Painted(string code, string text) => Terminal.Painted(_console, code, text);

    /// <summary>The progress of one resource's operation.</summary>
    private sealed class RowProgress(LiveTable table, LiveRow row) : IProgressDisplay, IProgressLine
    {
        public IProgressLine TryBegin() => this;

        public void Report(OperationProgress value)
        {
            lock (table._lock)
            {
                row.Report(value);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
