using System.Runtime.Versioning;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Local;

/// <summary>What is known of a game server before it is started.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LaunchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/local/game/MyGame/Binaries/Linux/MyServer")]
    [InlineData("C:/game/MyGame/Binaries/Linux/MyServer")]
    [InlineData("c:/game/MyGame/Binaries/Linux/MyServer")]
    [InlineData("C:\\game\\MyGame\\Binaries\\Linux\\MyServer")]
    [InlineData("MyGame/Binaries/Linux/MyServer")]
    public void Launch_path_leads_into_the_package(string path) => Assert.Equal(
        (Path.Combine(_folder.Path, "MyGame", "Binaries", "Linux", "MyServer"), null), LaunchPath.Resolve(_folder.Path, path));

    [Theory]
    [InlineData("/local/game/../secret", "dot segment")]
    [InlineData("/local/game//MyServer", "empty")]
    [InlineData("/local/game/", "empty")]
    [InlineData("../MyServer", "dot segment")]
    [InlineData("/opt/MyServer", "must begin with /local/game/ or C:/game/")]
    [InlineData("D:/game/MyServer", "must begin with")]
    public void Launch_path_that_leads_elsewhere_is_refused(string path, string words) =>
        Assert.Contains(words, LaunchPath.Resolve(_folder.Path, path).Problem, StringComparison.Ordinal);

    [Fact]
    public void Package_folder_that_is_none_is_refused()
    {
        Assert.Contains("does not exist", LaunchPath.Resolve(_folder["missing"], "a").Problem, StringComparison.Ordinal);
        File.WriteAllText(_folder["file"], "");
        Assert.Contains("is a file", LaunchPath.Resolve(_folder["file"], "a").Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", null, "does not exist")]
    [InlineData("windows.exe", new byte[] { (byte)'M', (byte)'Z', 0, 0 }, "is a Windows executable")]
    [InlineData("mac", new byte[] { 0xCF, 0xFA, 0xED, 0xFE }, "is a macOS executable")]
    [InlineData("script.sh", new byte[] { (byte)'#', (byte)'!' }, "chmod +x")]
    public void Executable_that_cannot_run_here_is_named_with_the_reason(string name, byte[]? content, string words)
    {
        Requires.Linux();
        if (content is not null)
        {
            File.WriteAllBytes(_folder[name], content);
        }

        var problem = ExecutableCheck.FindProblem(_folder[name]);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Contains(_folder[name], problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Executable_of_another_processor_is_named()
    {
        Requires.Linux();
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        header[18] = (byte)(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 62 : 183);
        File.WriteAllBytes(_folder["server"], header);
        Assert.Matches("is a Linux \\((arm64|x64)\\) executable, and this machine runs Linux", ExecutableCheck.FindProblem(_folder["server"]));
    }

    [Fact]
    public void Folder_is_no_executable() => Assert.Contains("is a folder", ExecutableCheck.FindProblem(_folder.Path), StringComparison.Ordinal);

    [Fact]
    public void Executable_with_its_mark_has_no_problem()
    {
        Requires.Linux();
        File.WriteAllText(_folder["server"], "#!/bin/sh\n");
        File.SetUnixFileMode(_folder["server"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Null(ExecutableCheck.FindProblem(_folder["server"]));
    }

    [Theory]
    [InlineData("7777", 7777, 7777)]
    [InlineData("7777-7787", 7777, 7787)]
    [InlineData("1-60000", 1, 60000)]
    [InlineData("0", 0, 0)]
    public void Port_range_is_read(string text, int first, int last) => Assert.Equal(new GamePortRange(first, last), GamePortRange.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("7787-7777")]
    [InlineData("60001")]
    [InlineData("1-2-3")]
    [InlineData("0-5")]
    [InlineData("7777-")]
    [InlineData("99999999999")]
    public void Port_range_that_is_none_is_refused(string text) => Assert.Null(GamePortRange.Parse(text));

    [Theory]
    [InlineData(new string[0], new[] { "-port=7801" })]
    [InlineData(new[] { "-log" }, new[] { "-log", "-port=7801" })]
    [InlineData(new[] { "-port={port}", "-log" }, new[] { "-port=7801", "-log" })]
    [InlineData(new[] { "-Port=7777" }, new[] { "-Port=7777" })]
    [InlineData(new[] { "--listen", "0.0.0.0:{port}" }, new[] { "--listen", "0.0.0.0:7801" })]
    [InlineData(new[] { "{name}", "{process_id}", "a b" }, new[] { "server-1", "p1", "a b", "-port=7801" })]
    public void Arguments_are_filled_in_and_the_flags_follow(string[] arguments, string[] expected)
    {
        var launch = new ServerLaunch { Executable = "/game/x", Arguments = arguments };
        var desired = new DesiredServer
        {
            Id = "server-1",
            GameId = launch.Game,
            Configuration = launch.ConfigurationOf("server-1"),
            ConfigurationVersion = 1,
            DesiredState = DesiredState.Running,
            GameLift = new GameLiftVariables("wss://e", "fleet", "compute", "token"),
        };
        var completed = ServerSupervisor.Complete(desired, new Dictionary<string, int> { ["game"] = 7801 }, "p1");
        Assert.Equal(
            [
                .. expected, "-glAnywhere", "-glAnywhereWebSocketUrl=wss://e", "-glAnywhereFleetId=fleet", "-glAnywhereHostId=compute",
                "-glAnywhereProcessId=p1", "-glAnywhereAuthToken=token",
            ],
            completed.Arguments);
        Assert.Equal(("folder:/game", "x", "p1"), ($"{launch.Game}", completed.Executable, completed.Environment["GAMELIFT_SDK_PROCESS_ID"]));
        Assert.Empty(ServerConfigurationRules.Check(desired.Configuration, launch.Game));
    }

    [Theory]
    [InlineData("/a/My Server.sh", "My-Server")]
    [InlineData("/a/Größe", "Gr--e")]
    public void Name_of_a_server_is_an_id(string executable, string expected) => Assert.Equal(expected, new ServerLaunch { Executable = executable }.PlainName);

    [Fact]
    public void One_port_for_several_servers_is_refused()
    {
        Requires.Linux();
        File.WriteAllText(_folder["server"], "#!/bin/sh\n");
        File.SetUnixFileMode(_folder["server"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var launch = new ServerLaunch { Executable = _folder["server"], Arguments = ["-port=7777"], Processes = 2 };
        Assert.Contains("the same port", Assert.Throws<UserException>(launch.Check).Message, StringComparison.Ordinal);
        Assert.Contains("too few", Assert.Throws<UserException>(
            (launch with { Arguments = [], Ports = new GamePortRange(7777, 7777) }).Check).Message, StringComparison.Ordinal);
        (launch with { Processes = 1 }).Check();
    }

    [Theory]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\r\n\r\nb", new[] { "a", "b" })]
    [InlineData("", new string[0])]
    public async Task Output_is_read_line_by_line(string text, string[] expected)
    {
        var lines = new List<string>();
        await new OutputLines(lines.Add).ReadAsync(new StreamReader(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))));
        Assert.Equal(expected, lines);
    }

    [Fact]
    public async Task Line_without_an_end_is_cut_and_only_the_last_lines_are_kept()
    {
        var output = new OutputLines(_ => { });
        await output.ReadAsync(new StreamReader(new MemoryStream(new byte[10_000].Select(_ => (byte)'x').ToArray())));
        Assert.Equal([4096, 4096, 1808], output.Last.Select(line => line.Length));
        await output.ReadAsync(new StreamReader(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 100))))));
        Assert.Equal(Enumerable.Range(80, 20).Select(number => $"{number}"), output.Last);
    }

    [Fact]
    public void Event_is_the_same_after_its_way_as_json()
    {
        var happened = new LocalEvent(LocalEvent.ProcessEnded)
        {
            ProcessId = "p",
            Server = "s",
            ExitCode = 3,
            LastLines = ["a", "b"],
            RestartSeconds = 2,
            Text = "t",
            Port = 1,
            IpAddress = "i",
            GameSessionId = "g",
            SessionName = "n",
            Status = "x",
        };
        var read = LocalEvent.Parse(happened.ToJson().ToJsonString())!;
        Assert.Equal(happened.ToJson().ToJsonString(), read.ToJson().ToJsonString());
        Assert.Null(LocalEvent.Parse("{}"));
        Assert.Null(LocalEvent.Parse("[1"));
    }
}
