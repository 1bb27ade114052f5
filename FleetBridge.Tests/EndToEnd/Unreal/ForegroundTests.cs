using System.Diagnostics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary><c>python3 -m fleet_bridge</c>, in a process group of its own, as a shell starts it.</summary>
public sealed class ForegroundTests : ModuleTest
{
    private const string Launch =
        "import os, sys; os.setsid(); os.execv(sys.executable, [sys.executable, '-B', '-m', 'fleet_bridge', *sys.argv[1:]])";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Interrupt_ends_it_with_success(bool wholeGroup)
    {
        Requires.Unix();
        Requires.Python();
        using var python = Start();
        await WaitUntilItServesAsync();
        var bridge = (int)(await HealthAsync())["pid"]!;
        FleetBridgeProcess.Send(wholeGroup ? -python.Id : python.Id, FleetBridgeProcess.Interrupt);
        Assert.Equal(0, await EndAsync(python));
        Assert.True(FleetBridgeProcess.IsGone(bridge));
        Assert.Contains("The bridge has stopped.", ReadLog(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FleetBridgeProcess.Kill)]
    [InlineData(FleetBridgeProcess.Terminate)]
    public async Task Program_ends_when_python_does(int signal)
    {
        Requires.Unix();
        Requires.Python();
        using var python = Start();
        await WaitUntilItServesAsync();
        var bridge = (int)(await HealthAsync())["pid"]!;
        FleetBridgeProcess.Send(python.Id, signal);
        await EndAsync(python);

        // nothing but the parent's process id tells it: it shares its terminal with a shell, not with an editor
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the program has ended");
        Assert.Matches("The editor \\(process [0-9]+\\) has ended. Stopping the bridge.", ReadLog());
    }

    [Fact]
    public async Task Missing_program_is_one_line_and_not_a_trace()
    {
        Requires.Unix();
        Requires.Python();
        using var python = Start(("FLEETBRIDGE_PATH", Folder["nowhere"]));
        var error = await python.StandardError.ReadToEndAsync();
        Assert.Equal(1, await EndAsync(python));
        Assert.StartsWith("FLEETBRIDGE_PATH is", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", error, StringComparison.Ordinal);
    }

    private Process Start(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            Python.Program, ["-B", "-c", Launch, "--http-port", $"{Ports.Http}", "--websocket-port", $"{Ports.WebSocket}"])
        {
            WorkingDirectory = PythonEditor.PlaceModule(Folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        PythonEditor.Prepare(start.Environment, Folder, environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        return Process.Start(start)!;
    }

    private Task WaitUntilItServesAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return (string?)(await HealthAsync())["name"] == "FleetBridge";
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        },
        "it serves");

    private static async Task<int> EndAsync(Process python)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            await python.WaitForExitAsync(limit.Token);
            return python.ExitCode;
        }
        finally
        {
            if (!python.HasExited)
            {
                python.Kill(entireProcessTree: true);
            }
        }
    }
}
