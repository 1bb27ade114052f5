using System.Runtime.Versioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>What a folder from elsewhere holds, and what a machine has in the place of files: the program neither runs, overwrites, deletes
/// nor waits for it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ForeignFilesTests : CliTest
{
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private string Project => Folder["game"];

    private string Python => Path.Combine(Project, "Content", "Python");

    [Theory]
    [InlineData("fleet_bridge.py.new")]
    [InlineData("fleet_bridge.path.new")]
    [InlineData("fleet_bridge.py")]
    [InlineData("fleet_bridge.path")]
    [InlineData("fleet_bridge.py.bak")]
    [InlineData("fleet_bridge_ports.py")]
    [InlineData("fleet_bridge_ports.py.new")]
    public async Task Links_in_a_project_are_not_followed(string name)
    {
        Requires.Unix();
        MakeProject();
        var precious = Folder["precious"];
        foreach (var target in new[] { precious, Folder["nothing"] })
        {
            await File.WriteAllTextAsync(precious, "precious");
            await File.WriteAllTextAsync(Path.Combine(Python, "fleet_bridge.py"), "# somebody else's");
            File.Delete(Path.Combine(Python, name));
            File.CreateSymbolicLink(Path.Combine(Python, name), target);
            Assert.Equal(0, (await RunAsync("unreal", "install", Project)).Code);
            Assert.Equal("precious", await File.ReadAllTextAsync(precious));
            Assert.False(File.Exists(Folder["nothing"]));
            Assert.Null(new FileInfo(Path.Combine(Python, "fleet_bridge.py")).LinkTarget);
            Assert.Null(new FileInfo(Path.Combine(Python, "fleet_bridge.path")).LinkTarget);
        }
    }

    [Theory]
    [InlineData("$PATH")]
    [InlineData(".:$PATH")]
    [InlineData(":$PATH")]
    [InlineData("Content/Python:$PATH")]
    public async Task Programs_and_modules_in_the_current_folder_are_not_run(string path)
    {
        Requires.Python();
        MakeProject();
        foreach (var folder in new[] { Project, Python })
        {
            foreach (var program in new[] { "python3", "xdg-open", "gnome-open", "sh", "aws" })
            {
                await File.WriteAllTextAsync(Path.Combine(folder, program), $"#!/bin/sh\necho {program} >>'{Folder["ran"]}'\n");
                File.SetUnixFileMode(Path.Combine(folder, program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            foreach (var module in new[] { "socket", "os", "sys", "stat", "subprocess", "threading", "json", "sitecustomize" })
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"{module}.py"), $"open({Quoted(Folder["ran"])}, 'a').write('{module}')\n");
            }
        }

        await File.WriteAllTextAsync(Folder["config"], "[profile p]\ncredential_process = python3 -c 1\n");
        var result = await Shell.RunAsync(
            State,
            $"PATH=\"{path}\"; $A unreal install . && $A unreal install Content/Python; $A check user_pool --profile-name p; "
            + "$A browse packaged_build --server-package-root \"$PWD\" --fleet-launch-path /local/game/S",
            Project,
            new Dictionary<string, string>
            {
                ["AWS_CONFIG_FILE"] = Folder["config"],
                ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["none"],
                ["PYTHONPATH"] = ".",
                ["BROWSER"] = "true",
            });
        Assert.Contains("Tried it: python3 imports the module", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder["ran"]), File.Exists(Folder["ran"]) ? await File.ReadAllTextAsync(Folder["ran"]) : "");
    }

    [Theory]
    [InlineData("000")]
    [InlineData("002")]
    [InlineData("022")]
    [InlineData("077")]
    public async Task What_we_make_is_this_users_alone_whatever_the_umask(string umask)
    {
        Requires.Unix();
        var result = await Shell.RunAsync(
            State,
            $"umask {umask}; $A serve --http-port 0 --websocket-port 0 --gateway-port 0 --token-file \"$FLEETBRIDGE_STATE/deep/token\" --parent-pid $$ & P=$!; "
            + "for i in $(seq 200); do ls \"$FLEETBRIDGE_STATE\"/generations/*/*/metadata.json >/dev/null 2>&1 && break; sleep 0.1; done; "
            + "list() { find \"$FLEETBRIDGE_STATE\" -printf '%m %P\\n'; }; "
            + "while [ \"$(list)\" != \"$(sleep 0.5; list)\" ]; do :; done; list; kill $P; wait");
        var made = result.Output.Split('\n').Where(line => line.Length > 0 && char.IsDigit(line[0])).ToList();
        Assert.Contains(made, line => line.EndsWith("/metadata.json", StringComparison.Ordinal));
        Assert.Contains(made, line => line.EndsWith("logs/fleetbridge.log", StringComparison.Ordinal));
        Assert.Contains(made, line => line.EndsWith("deep/token", StringComparison.Ordinal));
        Assert.All(made, line => Assert.True(((UnixFileMode)Convert.ToInt32(line.Split(' ')[0], 8) & OfOthers) == 0, line));
    }

    public static TheoryData<string, string> OddPlaces
    {
        get
        {
            var table = new TheoryData<string, string>();
            foreach (var place in new[] { "ini", "module", "token", "script", "install", "aws config", "metadata", "log" })
            {
                table.Add(place, "pipe");
                table.Add(place, "device");
            }

            table.Add("module path", "pipe");
            table.Add("ini", "huge");
            table.Add("module", "huge");
            table.Add("metadata", "huge");
            table.Add("aws config", "huge");

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(OddPlaces))]
    public async Task What_is_no_file_ends_nothing_and_is_named(string place, string kind)
    {
        Requires.Linux();
        MakeProject();
        Directory.CreateDirectory(Path.Combine(Project, "Config"));
        GamePackage.Make(Folder["package"]);
        var (odd, args) = CommandOn(place);
        OddFile.Make(odd, kind);
        var environment = new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = Folder["aws"],
            ["AWS_SHARED_CREDENTIALS_FILE"] = Folder["none"],
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        var result = await RunAsync(environment, args);
        Assert.InRange(result.Code, 0, 10);
        if (place != "module path")
        {
            Assert.Contains(Path.GetFileName(odd), result.Output + result.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("A bug", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_files_of_the_users_are_left_alone()
    {
        Requires.Unix();
        var mine = Enumerable.Range(1, 30).Select(i => $"build_{i:000}.log").Append("build.log").Append("build.log.lock").ToList();
        mine.ForEach(name => File.WriteAllText(Folder[name], $"mine {name}"));
        var result = await RunAsync("config", "--log-file", Folder["build.log"]);
        Assert.Equal(0, result.Code);
        Assert.Contains(Folder["build-2.log"], result.Error, StringComparison.Ordinal);
        Assert.All(mine, name => Assert.Equal($"mine {name}", File.ReadAllText(Folder[name])));
        Assert.Contains("This is the log file build-2.log of FleetBridge", await File.ReadAllTextAsync(Folder["build-2.log"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "WARNING")]
    [InlineData("1", 5, "cannot be loaded")]
    public async Task Backend_that_others_can_change_is_warned_of_or_refused(string strict, int code, string said)
    {
        Requires.Unix();
        var root = Folder.CopyOf(Repository.HelloRoot, "backends");
        File.SetUnixFileMode(Path.Combine(root, "hello", "1"), (UnixFileMode)Convert.ToInt32("0777", 8));
        var environment = new Dictionary<string, string> { ["FLEETBRIDGE_STRICT_FOLDERS"] = strict };
        var result = await RunAsync(environment, "metadata", "--backend", "hello/1", "--backends", root);
        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("hello/1 can be changed by other users (mode 777)", result.Output + result.Error, StringComparison.Ordinal);
        var doctor = await RunAsync("doctor", "--backends", root, "--http-port", "0", "--websocket-port", "0");
        Assert.Matches("(?m)^warning +hello/1 folder .*can be changed by other users", doctor.Output);
    }

    private (string Odd, string[] Args) CommandOn(string place) => place switch
    {
        "ini" => (Path.Combine(Project, "Config", "DefaultEditor.ini"), ["config", "--project", Project]),
        "module" => (Path.Combine(Python, "fleet_bridge.py"), ["unreal", "install", Project]),
        "module path" => (Path.Combine(Python, "fleet_bridge.path"), ["unreal", "install", Project]),
        "token" => (Folder["token"], ["backends", "--url", "http://127.0.0.1:1", "--token-file", Folder["token"]]),
        "script" => (Folder["odd.csx"], ["script", Folder["odd.csx"]]),
        "install" => (Folder["package", "install.sh"], ["check", "packaged_build", .. Package]),
        "aws config" => (Folder["aws"], ["check", "user_pool", "--profile-name", "p"]),
        "metadata" => (MakeBackend(), ["metadata", "--backend", "odd/1", "--backends", Folder["backends"]]),
        "log" => (Folder["odd.log"], ["config", "--log-file", Folder["odd.log"]]),
        _ => throw new ArgumentOutOfRangeException(nameof(place)),
    };

    private string[] Package =>
        ["--server-package-root", Folder["package"], "--fleet-launch-path", "/local/game/S", "--server-package-os", "AMAZON_LINUX_2023"];

    private string MakeBackend()
    {
        Directory.CreateDirectory(Folder["backends", "odd", "1"]);
        File.WriteAllText(
            Folder["backends", "odd", "1", "backend.csx"],
            "class B : Backend { public override IReadOnlyList<Resource> Resources => []; }\nnew B()");
        return Folder["backends", "odd", "1", "metadata.json"];
    }

    private void MakeProject()
    {
        Directory.CreateDirectory(Python);
        File.WriteAllText(Path.Combine(Project, "Game.uproject"), "{}");
    }

    private static string Quoted(string text) => $"'{text}'";
}
