using System.Collections.Concurrent;
using FleetBridge.Backends;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Text;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>
/// The progress of running operations as bars at the foot of a terminal, one line for each that reports; the log scrolls
/// above them. They are shown from the first report until the last of those operations has ended, so that they never mix
/// with the result, which goes to the other stream.
/// </summary>
internal sealed class ProgressBars(Func<IAnsiConsole> console) : IProgressDisplay
{
    private const int BarWidth = 24;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, string> _figures = [];
    private readonly List<Bar> _running = [];
    private TaskCompletionSource? _allEnded;
    private ProgressContext? _context;
    private Task _shown = Task.CompletedTask;

    public IProgressLine? TryBegin()
    {
        var capabilities = console().Profile.Capabilities;
        if (!capabilities.Interactive || !capabilities.Ansi)
        {
            return null;
        }

        lock (_lock)
        {
            var bar = new Bar(this);
            _running.Add(bar);
            return bar;
        }
    }

    private void Show(Bar bar, OperationProgress progress)
    {
        lock (_lock)
        {
            if (!_running.Contains(bar))
            {
                return;
            }

            bar.Latest = progress;
            if (_allEnded is null)
            {
                _allEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _shown = ShowAsync(_shown, _allEnded.Task);
            }
            else if (_context is { } context)
            {
                Draw(bar, context);
            }
        }
    }

    private async Task ShowAsync(Task before, Task allEnded)
    {
        // a terminal has room for one set of bars: those of earlier operations are on their way out
        await before.ConfigureAwait(false);
        await new Progress(console()) { AutoClear = true, HideCompleted = true }
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = BarWidth },
                new FigureColumn(_figures))
            .StartAsync(context =>
            {
                lock (_lock)
                {
                    if (allEnded.IsCompleted)
                    {
                        // its operations ended before it began; an operation that reports now gets the next one
                        return allEnded;
                    }

                    _context = context;
                    foreach (var bar in _running)
                    {
                        Draw(bar, context);
                    }
                }

                return allEnded;
            }).ConfigureAwait(false);
    }

    /// <summary>Called with the lock held.</summary>
    private void Draw(Bar bar, ProgressContext context)
    {
        if (bar.Latest is not { } progress)
        {
            return;
        }

        var activity = VisibleText.Of(progress.Activity).EscapeMarkup();
        var task = bar.Line ??= context.AddTask(activity, maxValue: 1);
        task.Description = activity;
        task.IsIndeterminate = progress.Fraction is null;
        task.Value = Math.Clamp(progress.Fraction ?? 0, 0, 1);
        _figures[task.Id] = VisibleText.Of(Figures(progress));
    }

    private static string Figures(OperationProgress progress) => (progress.Fraction, progress.Detail) switch
    {
        (null, var detail) => detail ?? "",
        ({ } fraction, null) => $"{fraction * 100,3:0} %",
        ({ } fraction, { } detail) => $"{fraction * 100,3:0} %  {detail}",
    };

    private Task EndAsync(Bar bar)
    {
        lock (_lock)
        {
            if (_running.Remove(bar) && bar.Line is { } line)
            {
                line.StopTask();
                _figures.TryRemove(line.Id, out _);
            }

            if (_allEnded is null || _running.Exists(other => other.Latest is not null))
            {
                return Task.CompletedTask;
            }

            _allEnded.SetResult();
            (_allEnded, _context) = (null, null);
            return _shown;
        }
    }

    /// <summary>One operation's line.</summary>
    internal sealed class Bar(ProgressBars bars) : IProgressLine
    {
        /// <summary>What was reported last; null before that.</summary>
        public OperationProgress? Latest { get; set; }

        public ProgressTask? Line { get; set; }

        public void Report(OperationProgress value) => bars.Show(this, value);

        /// <summary>Removes the line. After the last one the terminal is as it was without bars.</summary>
        public async ValueTask DisposeAsync() => await bars.EndAsync(this).ConfigureAwait(false);
    }
}
