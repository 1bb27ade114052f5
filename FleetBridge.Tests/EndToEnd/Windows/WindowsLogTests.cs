using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary><c>fleetbridge logs</c> of the release for Windows, beside that of the program for Linux.</summary>
public sealed class WindowsLogTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    private static readonly string[] Targets =
    [
        "/probe/1/deployment/thing/log?text=gr%C3%B6%C3%9Fer%20%E6%97%A5%E6%9C%AC&count=2",
        "/probe/1/deployment/mischief/fail",
        "/probe/1/deployment/thing/log?text=last",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_of_a_running_bridge_is_followed_with_the_text_of_linux(bool byGateway)
    {
        await using var windows = await ServeWindowsAsync("--backends", Wine.PathOf(Repository.ProbeRoot));
        await using var linux = await ServingProcess.StartOnFreePortsAsync(Folder["linux"], "--backends", Repository.ProbeRoot);
        await using var there = Wine.Start(State, Command(windows, byGateway));
        await using var here = FleetBridgeProcess.Start(Folder["linux"], Command(linux, byGateway));
        foreach (var (serving, logs) in new[] { (linux, here), (windows, there) })
        {
            foreach (var target in Targets)
            {
                // the next request comes when the records of this one are shown
                await RawHttp.PostAsync(serving.HttpPort, target);
                await logs.WaitForAsync(program => Lines(program).Any(line => line.EndsWith(LastWord(target), StringComparison.Ordinal)), target);
            }
        }

        Shown.WriteLine(there.Output);
        Assert.Equal("", there.Error);
        Assert.Equal(Lines(here), Lines(there));
        Assert.Contains("INFO     probe größer 日本 2", Lines(there));
    }

    private static string[] Command(ServingProcess serving, bool byGateway) => byGateway
        ? ["logs", "--url", $"http://localhost:{serving.HttpPort}"]
        : ["logs", "--websocket-port", $"{serving.WebSocketPort}"];

    private static string LastWord(string target) =>
        target.Contains("fail", StringComparison.Ordinal) ? "Fix it." : target.Contains("last", StringComparison.Ordinal) ? "last 1" : "日本 2";

    /// <summary>What the backend has said and what has failed, without its time.</summary>
    private static string[] Lines(FleetBridgeProcess logs) =>
    [
        .. logs.Output.Split('\n')
            .Select(line => Regex.Match(line.TrimEnd('\r'), @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO +probe .*|ERROR .*)$"))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value),
    ];
}
