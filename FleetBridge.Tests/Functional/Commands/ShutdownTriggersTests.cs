using System.Diagnostics;
using System.Globalization;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>How <c>fleetbridge serve</c> ends with others: the process named by --parent-pid, its input, its terminal.</summary>
public sealed class ShutdownTriggersTests : CliTest
{
    /// <summary>Two seconds are promised; more is the machine's.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Editor_that_ends_ends_it()
    {
        Requires.Unix();
        using var editor = Sleep();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--parent-pid", $"{editor.Id}");
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        editor.Kill();
        await AssertEndedAsync(serving, $"The editor (process {editor.Id}) has ended. Stopping the bridge.");
    }

    [Fact]
    public async Task Editor_that_was_gone_before_ends_it()
    {
        Requires.Unix();
        using var editor = Sleep();
        editor.Kill();
        await editor.WaitForExitAsync();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--parent-pid", $"{editor.Id}");
        await AssertEndedAsync(serving, $"The editor (process {editor.Id}) has ended. Stopping the bridge.");
    }

    [Fact]
    public async Task Editor_that_nobody_has_buried_counts_as_gone()
    {
        Requires.Linux();
        // the shell becomes a program that never asks for its child's exit code
        var start = new ProcessStartInfo("/bin/sh", ["-c", "sleep 600 & echo $!; exec sleep 601"]) { RedirectStandardOutput = true };
        using var launcher = Process.Start(start)!;
        try
        {
            var editor = int.Parse((await launcher.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--parent-pid", $"{editor}");
            Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
            FleetBridgeProcess.Send(editor, FleetBridgeProcess.Kill);
            await AssertEndedAsync(serving, $"The editor (process {editor}) has ended. Stopping the bridge.");
            Assert.True(Directory.Exists($"/proc/{editor}"), "it was not buried meanwhile");
        }
        finally
        {
            launcher.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What has started after us cannot have started us: it has got the id of one that has gone.</summary>
    [Fact]
    public async Task Process_that_is_younger_than_the_bridge_is_not_its_editor()
    {
        Requires.Unix();
        using var own = Process.GetCurrentProcess();
        await Eventually.TrueAsync(() => TimeProvider.System.GetLocalNow().DateTime - own.StartTime > TimeSpan.FromSeconds(2), "this process is older");
        using var stranger = Sleep();
        try
        {
            await new EditorProcess(stranger.Id).WaitForEndAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.Limit);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task Process_of_the_administrator_is_watched_too()
    {
        Requires.Unix();
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new EditorProcess(1).WaitForEndAsync(TimeProvider.System, end.Token));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("editor")]
    public async Task Parent_that_is_no_process_id_is_refused(string id) =>
        AssertRefused(await RunAsync("serve", $"--parent-pid={id}"), 2, "--parent-pid");

    [Fact]
    public async Task Input_that_ends_ends_it_where_that_was_asked_for()
    {
        // the test's processes have an input that has ended
        await using var staying = await ServingProcess.StartOnFreePortsAsync(State);
        await using var ending = await ServingProcess.StartOnFreePortsAsync(State, "--stop-with-input");
        await AssertEndedAsync(ending, "Standard input has ended. Stopping the bridge.");
        Assert.False(staying.Process.HasExited);
        Assert.Equal(200, (await RawHttp.PostAsync(staying.HttpPort, "/aws/1/metadata")).Status);
    }

    [Fact]
    public async Task Closed_terminal_ends_it()
    {
        Requires.Unix();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        serving.Process.Signal(FleetBridgeProcess.HangUp);
        await AssertEndedAsync(serving, "The bridge has stopped.");
    }

    [Fact]
    public async Task Nohup_outlives_a_closed_terminal()
    {
        Requires.Linux();
        var start = new ProcessStartInfo(
            "nohup", [FleetBridgeProcess.Program, "serve", "--json", "--http-port", "0", "--websocket-port", "0"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        FleetBridgeProcess.Prepare(start.Environment, State);
        using var process = Process.Start(start)!;
        try
        {
            var announced = System.Text.Json.Nodes.JsonNode.Parse((await process.StandardOutput.ReadLineAsync())!)!;
            var port = (int)announced["http_port"]!;
            Assert.Equal(200, (await RawHttp.PostAsync(port, "/aws/1/metadata")).Status);
            FleetBridgeProcess.Send(process.Id, FleetBridgeProcess.HangUp);
            FleetBridgeProcess.Send(process.Id, FleetBridgeProcess.HangUp);
            Assert.Equal(200, (await RawHttp.PostAsync(port, "/aws/1/metadata")).Status);
            Assert.False((bool)(await RawHttp.PostAsync(port, "/healthz", "GET")).Json["stopping"]!);
            FleetBridgeProcess.Send(process.Id, FleetBridgeProcess.Terminate);
            using var limit = new CancellationTokenSource(Eventually.Limit);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Second_bridge_names_the_first_one(bool onHttp)
    {
        await using var first = await ServingProcess.StartOnFreePortsAsync(State);
        var watch = Stopwatch.StartNew();
        var second = await RunAsync(
            "serve",
            "--http-port", onHttp ? $"{first.HttpPort}" : "0",
            "--websocket-port", onHttp ? "0" : $"{first.WebSocketPort}");
        AssertRefused(second, 6, $"It is FleetBridge {(string?)first.Announcement["version"]} (process {first.Process.Id}).");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, EndLimit);
        Assert.Equal(200, (await RawHttp.PostAsync(first.HttpPort, "/aws/1/metadata")).Status);
    }

    [Fact]
    public async Task Holder_that_never_answers_does_not_hold_up_the_second()
    {
        using var stranger = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        stranger.Start();
        var port = ((System.Net.IPEndPoint)stranger.LocalEndpoint).Port;
        var watch = Stopwatch.StartNew();
        AssertRefused(await RunAsync("serve", "--http-port", $"{port}", "--websocket-port", "0"), 6, $"Port {port}", "Is another bridge running?");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, EndLimit);
    }

    [Fact]
    public async Task One_port_for_both_is_refused()
    {
        var port = $"{FreePorts.Take()}";
        AssertRefused(await RunAsync("serve", "--http-port", port, "--websocket-port", port), 2, port, "must differ");
    }

    [Fact]
    public async Task Copies_of_a_killed_bridge_are_swept_by_the_next()
    {
        Requires.Unix();
        var generations = Path.Combine(State, "generations");
        await using (var killed = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.ProbeRoot))
        {
            Assert.Equal(200, (await RawHttp.PostAsync(killed.HttpPort, "/probe/1/metadata")).Status);
            killed.Process.Signal(FleetBridgeProcess.Kill);
            await killed.Process.WaitAsync();
        }

        var left = Assert.Single(Directory.GetDirectories(generations));
        await using var next = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.ProbeRoot);
        Assert.Equal(200, (await RawHttp.PostAsync(next.HttpPort, "/probe/1/metadata")).Status);
        await Eventually.TrueAsync(() => !Directory.Exists(left), "the killed bridge's copies are gone");
        Assert.Equal(Path.Combine(State, "logs", "fleetbridge.log"), (string?)next.Announcement["log_file"]);
    }

    private static async Task AssertEndedAsync(ServingProcess serving, string record)
    {
        var watch = Stopwatch.StartNew();
        var result = await serving.Process.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.Equal("", result.Error);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, EndLimit);
        var log = File.ReadAllText((string)serving.Announcement["log_file"]!);
        Assert.Contains(record, log, StringComparison.Ordinal);
        Assert.Contains("The bridge has stopped.", log, StringComparison.Ordinal);
    }

    private static Process Sleep() => Process.Start("sleep", "600");
}
