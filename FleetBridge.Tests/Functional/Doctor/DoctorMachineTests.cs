using System.Net;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Doctor;

/// <summary><c>fleetbridge doctor</c> on machines, projects and backends that are not in order. Nobody asks AWS: requests
/// for it lead to a port where nobody listens.</summary>
public sealed class DoctorMachineTests : DoctorTest
{
    private const string Section = "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]";

    [Fact]
    public async Task Other_program_on_a_port_fails_and_is_named()
    {
        await using var stranger = CannedServer.Start("HTTP/1.1 404 Not Found\r\nServer: Apache/2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var result = await DoctorAsync(
            "--http-port", $"{new Uri(stranger.Address).Port}", "--websocket-port", $"{((IPEndPoint)silent.LocalEndpoint).Port}");
        Assert.Equal(1, result.Code);
        AssertFound(result, "request port", "failed", "calls itself 'Apache/2'", "--http-port");
        AssertFound(result, "log port", "failed", "in use by another program", "--websocket-port");
    }

    [Fact]
    public async Task Bridge_of_another_version_on_a_port_is_a_warning()
    {
        await using var other = CannedServer.StartJson("""{"name": "FleetBridge", "version": "0.0.1", "pid": 4711}""");
        var result = await DoctorAsync("--http-port", $"{new Uri(other.Address).Port}");
        AssertFound(result, "request port", "warning", "FleetBridge 0.0.1 (process 4711)", "Stop the other one");
    }

    [Fact]
    public async Task State_folder_that_cannot_be_written_fails()
    {
        await File.WriteAllTextAsync(State, "a file in its place");
        var result = await DoctorAsync("--log-file", Folder["my.log"]);
        Assert.Equal(1, result.Code);
        AssertFound(result, "state folder", "failed", "cannot be written", "FLEETBRIDGE_STATE");
        AssertFound(result, "log file", "ok", Folder["my.log"]);
    }

    [Fact]
    public async Task Project_in_order_is_found_with_its_module()
    {
        Directory.CreateDirectory(Folder["game", "python"]);
        await File.WriteAllTextAsync(Folder["game", "python", "fleet_bridge.py"], Module());
        Project($"{Section}\nBOTO3Path={Folder["game", "python"].Replace('\\', '/')}\nFleetPrefix=UPPER\nServerPackageRoot=x\nFleetLaunchPath=C:/game/a.exe");
        var result = await DoctorAsync("--project", Folder["game"]);
        AssertFound(result, "plugin settings", "ok", "prefix, server_package_root, fleet_launch_path");
        AssertFound(result, "editor module", "ok", Folder["game", "python"]);
        AssertFound(result, "aws/1 settings", "failed", "The setting prefix 'UPPER'", "plugin's settings");
        Assert.Equal(1, result.Code);
    }

    [Theory]
    [InlineData("BOTO3Path=nowhere", "failed", "does not exist")]
    [InlineData("BOTO3Path=.", "failed", "There is no fleet_bridge.py")]
    [InlineData("BOTO3Path=python", "failed", "counts from the editor's own folder")]
    [InlineData("AWSRegion=us-west-2", "warning", "BOTO3Path is not set")]
    public async Task Module_that_the_editor_would_not_find_is_reported(string line, string state, string message)
    {
        Directory.CreateDirectory(Folder["game", "python"]);
        await File.WriteAllTextAsync(Folder["game", "python", "fleet_bridge.py"], Module());
        Project($"{Section}\nFleetPrefix=UPPER\n{line}");
        var result = await DoctorAsync("--project", Folder["game"]);
        AssertFound(result, "editor module", state, message);
        AssertFound(result, "plugin settings", "warning", "Not set: ServerPackageRoot, FleetLaunchPath.");
    }

    [Fact]
    public async Task Settings_that_the_plugin_takes_as_text_are_named_with_the_lines_to_write()
    {
        var place = Folder["game", "python"].Replace('\\', '/');
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Folder["game", "python", "fleet_bridge.py"], Module());
        Project($"{Section}\nBOTO3Path=(Path=\"{place}\")\nServerPackageRoot=(Path=\"a b\")\nFleetLaunchPath=(FilePath=\"C:/game/a.exe\")");
        var result = await DoctorAsync("--project", Folder["game"]);
        AssertFound(
            result, "plugin settings", "warning", "as a plain text", $"BOTO3Path={place}, ServerPackageRoot=a b, FleetLaunchPath=C:/game/a.exe");
        AssertFound(result, "editor module", "failed", "as a plain text", $"BOTO3Path={place}");
    }

    [Fact]
    public async Task Line_to_write_has_no_backslash_and_no_apostrophe_for_the_plugin()
    {
        Project($"{Section}\nBOTO3Path=(Path=\"C:\\\\Users\\\\me\\\\py\")\nServerPackageRoot=(Path=\"D:\\\\Builds\\\\\")");
        var result = await DoctorAsync("--project", Folder["game"]);
        AssertFound(
            result, "plugin settings", "warning", "as a plain text", "BOTO3Path=C:/Users/me/py, ServerPackageRoot=\"D:\\\\Builds\\\\\"");
        var place = Directory.CreateDirectory(Folder["game", "it's"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "fleet_bridge.py"), Module());
        Project($"{Section}\nBOTO3Path=(Path=\"{place.Replace('\\', '/')}\")");
        result = await DoctorAsync("--project", Folder["game"]);
        Assert.DoesNotContain("BOTO3Path=", result.Output, StringComparison.Ordinal);
        AssertFound(result, "editor module", "failed", "as a plain text", "no apostrophe");
    }

    [Fact]
    public async Task Configuration_in_latin_1_fails_with_what_to_do()
    {
        Project("");
        await File.WriteAllBytesAsync(
            Folder["game", "Config", "DefaultEditor.ini"], System.Text.Encoding.Latin1.GetBytes($"{Section}\nAWSProfile=Größe\n"));
        var result = await DoctorAsync("--project", Folder["game"]);
        AssertFound(result, "plugin settings", "failed", "such as Latin-1. Save it as UTF-8.", "'Save as'");
        Assert.DoesNotContain("Name the .uproject file", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_that_does_not_exist_fails_and_the_rest_is_checked()
    {
        var result = await DoctorAsync("--project", Folder["nothing.uproject"]);
        Assert.Equal(1, result.Code);
        AssertFound(result, "plugin settings", "failed", "There is no Unreal project", "Name the .uproject file");
        AssertFound(result, "aws/1", "ok", "It is loaded from");
    }

    [Fact]
    public async Task Backend_that_cannot_be_loaded_fails_and_the_others_are_checked()
    {
        BackendBuild.Write(Folder["backends", "broken", "1"], [1, 2, 3]);
        BackendBuild.WriteProbe(Folder["backends"], "build-1");
        var result = await DoctorAsync("--backends", Folder["backends"], "--backend", "broken/1");
        Assert.Equal(1, result.Code);
        AssertFound(result, "broken/1", "failed", "It cannot be loaded", Folder["backends", "broken", "1"]);
        AssertFound(result, "probe/1", "ok", "It is loaded from");
    }

    [Fact]
    public async Task Bridge_that_does_not_respond_fails_and_the_machine_is_checked()
    {
        var result = await DoctorAsync("--url", "http://127.0.0.1:1");
        Assert.Equal(1, result.Code);
        AssertFound(result, "bridge", "failed", "No bridge is running at http://127.0.0.1:1/");
        AssertFound(result, "request port", "ok", "Any free port");
    }

    [Fact]
    public async Task Address_that_is_probably_mistyped_is_a_usage_error_and_the_machine_is_checked()
    {
        var result = await DoctorAsync("--url", "localhost:1");
        Assert.Equal(2, result.Code);
        AssertFound(result, "bridge", "failed", "'localhost:1' was understood as http://localhost:1");
        AssertFound(result, "request port", "ok", "Any free port");
    }

    /// <summary>The one that comes with the program, where there is one.</summary>
    private static string Module() =>
        Path.Combine(Repository.ProgramFolder, "fleet_bridge.py") is var own && File.Exists(own) ? File.ReadAllText(own) : "# a module";

    private void Project(string settings)
    {
        Directory.CreateDirectory(Folder["game", "Config"]);
        File.WriteAllText(Folder["game", "Config", "DefaultEditor.ini"], settings);
    }

    private Task<FleetBridgeResult> DoctorAsync(params string[] args) => FleetBridgeProcess.RunAsync(
        State,
        ["doctor", "--json", .. args],
        new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1",
            ["FLEETBRIDGE_HTTP_PORT"] = "0",
            ["FLEETBRIDGE_WEBSOCKET_PORT"] = "0",
        });
}
