using System.Diagnostics;
using System.Text;
using FleetBridge.Backends;
using FleetBridge.Output;
using FleetBridge.Tests.Support;
using Spectre.Console;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class ProgressBarsTests : CliTest
{
    private readonly SharedText _text = new();
    private readonly IAnsiConsole _terminal;
    private readonly ProgressBars _bars;

    public ProgressBarsTests()
    {
        _terminal = Open(InteractionSupport.Yes);
        _bars = new ProgressBars(() => _terminal);
    }

    [Fact]
    public async Task Report_is_a_line_with_activity_bar_percent_and_detail()
    {
        await using var bar = _bars.TryBegin()!;
        bar.Report(new OperationProgress("uploading [test1]", 0.414, "41.2 MB/s, 12 s left"));
        await SeeAsync("uploading [test1]");
        await SeeAsync("━");
        await SeeAsync(" 41 %  41.2 MB/s, 12 s left");
        bar.Report(new OperationProgress("waiting for READY", Detail: "INITIALIZED"));
        await SeeAsync("waiting for READY");
        await SeeAsync("INITIALIZED");
    }

    [Fact]
    public async Task Several_operations_have_a_line_each_until_they_end()
    {
        var first = _bars.TryBegin()!;
        var silent = _bars.TryBegin()!;
        var second = _bars.TryBegin()!;
        first.Report(new OperationProgress("first", 0.1));
        second.Report(new OperationProgress("second", 0.2));
        await SeeAsync("first ");
        await SeeAsync("second ");
        await first.DisposeAsync();
        first.Report(new OperationProgress("too late", 0.3));
        second.Report(new OperationProgress("second", 0.9));
        await SeeAsync(" 90 %");
        await second.DisposeAsync();

        // the last one that showed something has ended: the terminal is free for the result
        Assert.EndsWith("\e[?25h", _text.ToString(), StringComparison.Ordinal);
        await silent.DisposeAsync();
        Assert.DoesNotContain("too late", _text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bars_come_back_for_a_later_operation()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var bar = _bars.TryBegin()!;
            bar.Report(new OperationProgress($"number-{i}", 0.5));
            await SeeAsync($"number-{i}");
        }
    }

    [Fact]
    public async Task Operation_that_reports_nothing_leaves_the_terminal_alone()
    {
        await _bars.TryBegin()!.DisposeAsync();
        Assert.Equal("", _text.ToString());
    }

    [Fact]
    public async Task Log_line_erases_what_it_overwrites_and_the_bar_moves_below_it()
    {
        await using var bar = _bars.TryBegin()!;
        bar.Report(new OperationProgress("uploading", 0.5));
        await SeeAsync("uploading");
        Terminal.WriteRecord("12:00:00", "INFO", "aws", "first\nsecond", _terminal);
        var text = _text.ToString();
        var record = text.IndexOf("12:00:00 INFO     aws first\\nsecond\e[K\n", StringComparison.Ordinal);
        Assert.True(record >= 0, text);
        Assert.True(text.LastIndexOf("uploading", StringComparison.Ordinal) > record);
    }

    [Fact]
    public async Task Activity_cannot_steer_the_terminal()
    {
        await using var bar = _bars.TryBegin()!;
        bar.Report(new OperationProgress("up\e]0;title\a", 0.5, "de\e[2Jtail"));
        await SeeAsync(@"up\u001b]0;title\u0007");
        await SeeAsync(@"de\u001b[2Jtail");
    }

    [Fact]
    public void Stream_that_is_no_terminal_has_no_bars() =>
        Assert.Null(new ProgressBars(() => Open(InteractionSupport.No)).TryBegin());

    [Fact]
    public async Task Real_terminal_shows_bars_and_then_the_result()
    {
        RealTerminal.Require();
        var house = new House(Folder);
        using var terminal = Process.Start(RealTerminal.Prepare(State, 120,
        [
            "create", "wall", .. house.Options, "--report", "wall-create", "--hold", "wall-create",
        ]))!;
        try
        {
            var reading = ReadAsync(terminal);
            await SeeAsync("moving [wall]");
            await SeeAsync("━");
            await SeeAsync(" 41 %  41.2 MB/s, 12 s left");
            house.Release("wall-create");
            await reading.WaitAsync(Eventually.Limit);
            await terminal.WaitForExitAsync();
            var shown = _text.ToString();
            Assert.Equal(0, terminal.ExitCode);
            Assert.True(
                shown.LastIndexOf("True", StringComparison.Ordinal) > shown.LastIndexOf("moving", StringComparison.Ordinal), shown);
            Assert.DoesNotContain("INFO     house/wall moving", shown, StringComparison.Ordinal);
        }
        finally
        {
            if (!terminal.HasExited)
            {
                terminal.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task Without_a_terminal_progress_is_in_the_log()
    {
        var result = await RunAsync(["create", "wall", "--report", "wall-create", .. new House(Folder).Options]);
        Assert.Contains("moving [wall]: 41 %, 41.2 MB/s, 12 s left", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
    }

    private async Task ReadAsync(Process process)
    {
        var buffer = new char[4096];
        while (await process.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            _text.Write(buffer, 0, count);
        }
    }

    private IAnsiConsole Open(InteractionSupport interactive) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(_text),
        Ansi = AnsiSupport.Yes,
        ColorSystem = ColorSystemSupport.Standard,
        Interactive = interactive,
    });

    private Task SeeAsync(string text) =>
        Eventually.TrueAsync(() => _text.ToString().Contains(text, StringComparison.Ordinal), $"'{text}' on the terminal");

    /// <summary>What a terminal has been sent, from whichever thread.</summary>
    private sealed class SharedText : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(char value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_lock)
            {
                base.Write(buffer, index, count);
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void Write(StringBuilder? value)
        {
            lock (_lock)
            {
                base.Write(value?.ToString());
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return base.ToString();
            }
        }
    }
}
