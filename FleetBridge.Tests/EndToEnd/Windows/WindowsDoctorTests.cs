using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary><c>fleetbridge doctor</c> of the release for Windows: the same checks, with the names and places of Windows.</summary>
public sealed class WindowsDoctorTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    private const string LaunchPath = @"C:\game\MyGame\Binaries\Win64\MyGameServer.exe";

    private static readonly string[] AnyPorts = ["--http-port", "0", "--websocket-port", "0"];

    [Fact]
    public async Task Machine_in_order_has_the_checks_of_linux_and_its_own_places()
    {
        await using var aws = await AwsEmulator.StartAsync();
        GamePackage.Make(Folder["package"]);
        var result = await RunWindowsAsync(
            0,
            Variables(aws),
            ["doctor", "--json", .. AnyPorts, "--server-package-root", PathOf("package"), "--fleet-launch-path", LaunchPath]);
        var linux = await FleetBridgeProcess.RunAsync(
            Folder["linux"],
            ["doctor", "--json", .. AnyPorts, "--server-package-root", Folder["package"], "--fleet-launch-path", GamePackage.LaunchPath],
            aws.Environment);

        Assert.All(result.Output, letter => Assert.InRange(letter, '\n', '~'));
        Assert.True((bool)result.Json["ok"]!);
        Assert.Equal(StatesOf(linux), StatesOf(result));
        DoctorTest.AssertFound(result, "program", "ok", $"win-x64, in {Wine.PathOf(Path.GetDirectoryName(Repository.WindowsProgram)!)}. It brings its own .NET.");
        DoctorTest.AssertFound(linux, "program", "ok", $"It uses this machine's .NET in {Path.TrimEndingDirectorySeparator(RuntimeFolder)}");
        DoctorTest.AssertFound(result, "state folder", "ok", $"{PathOf("state")} can be written.");
        DoctorTest.AssertFound(result, "log file", "ok", $"{PathOf("state", "logs", "fleetbridge.log")} can be written.");
        DoctorTest.AssertFound(result, "aws/1", "ok", $@"{Wine.PathOf(Path.GetDirectoryName(Repository.WindowsProgram)!)}\backends\aws\1");
        DoctorTest.AssertFound(result, "aws/1 credentials", "ok", "in the account 123456789012");
    }

    [Fact]
    public async Task Findings_for_people_are_a_line_each_and_a_failed_one_exits_with_1()
    {
        await File.WriteAllTextAsync(State, "a file in its place");
        var result = await RunWindowsAsync(1, Unreachable, ["doctor", .. AnyPorts, "--log-file", PathOf("größer 日本.log")]);
        Assert.All(result.Lines, line => Assert.Matches("^(ok|warning|failed) +[a-z]", line));
        Assert.Contains(result.Lines, line => line.StartsWith("failed", StringComparison.Ordinal)
            && line.Contains($"{PathOf("state")} cannot be written", StringComparison.Ordinal));
        Assert.Contains(result.Lines, line => line.StartsWith("ok", StringComparison.Ordinal)
            && line.Contains($"{PathOf("größer 日本.log")} can be written.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bridge_on_its_ports_and_the_module_of_a_project_are_found()
    {
        Directory.CreateDirectory(Folder["game", "Config"]);
        Directory.CreateDirectory(Folder["game", "python"]);
        foreach (var module in Directory.GetFiles(Path.GetDirectoryName(Repository.WindowsProgram)!, "fleet_bridge*.py"))
        {
            File.Copy(module, Folder["game", "python", Path.GetFileName(module)]);
        }

        await File.WriteAllTextAsync(
            Folder["game", "Config", "DefaultEditor.ini"],
            $"[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\r\nBOTO3Path=Z:{Folder["game", "python"]}\r\nFleetPrefix=UPPER\r\n");
        await using var serving = await ServeWindowsAsync();
        var result = await RunWindowsAsync(
            1,
            Unreachable,
            ["doctor", "--json", "--project", PathOf("game"), "--http-port", $"{serving.HttpPort}", "--websocket-port", $"{serving.WebSocketPort}"]);
        DoctorTest.AssertFound(result, "request port", "ok", $"process {serving.Announcement["pid"]}");
        DoctorTest.AssertFound(result, "editor module", "ok", $"{PathOf("game", "python", "fleet_bridge.py")} is up to date.");
        DoctorTest.AssertFound(result, "aws/1 settings", "failed", "The setting prefix 'UPPER'", "plugin's settings");
    }

    private static string RuntimeFolder => System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();

    /// <summary>Requests for AWS lead to a port where nobody listens.</summary>
    private static Dictionary<string, string> Unreachable => new() { ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1" };

    private Dictionary<string, string> Variables(AwsEmulator aws) => new(aws.Environment)
    {
        ["AWS_CONFIG_FILE"] = PathOf("aws-config"),
        ["AWS_SHARED_CREDENTIALS_FILE"] = PathOf("aws-credentials"),
        ["AWS_PROFILE"] = "",
    };

    private static IEnumerable<(string?, string?)> StatesOf(FleetBridgeResult result) =>
        result.Json["checks"]!.AsArray().Select(check => ((string?)check!["name"], (string?)check["state"]));
}
