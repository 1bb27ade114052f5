using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>The .NET tool: installed by <c>dotnet tool install</c>, and run by its command on a Windows that has .NET.</summary>
public sealed class WindowsToolTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    private string Command => Folder["tools", "fleetbridge.exe"];

    private Dictionary<string, string> Dotnet => new() { ["DOTNET_ROOT"] = PathOf("dotnet") };

    private protected override async Task PrepareAsync()
    {
        Requires.ToolPackage();
        Directory.CreateDirectory(Folder["home"]);
        Shown.WriteLine(await InstalledTool.InstallAsync(Folder["tools"], Folder["home"]));
        InstalledTool.LayWindowsRuntime(Folder["dotnet"]);
    }

    [Fact]
    public async Task Installed_tool_checks_and_serves_as_the_archives_do()
    {
        var own = await RunAsync("--version");
        Assert.Equal(own.Output, (await Shell.RunAsync(State, $"'{Folder["tools", "fleetbridge"]}' --version")).Output);
        Assert.Equal(own.Output.TrimEnd(), (await RunToolAsync(0, Dotnet, "--version")).Output.TrimEnd());

        GamePackage.Make(Folder["package"]);
        var check = await RunToolAsync(
            0, Dotnet, "check", "packaged_build", "--json", "--server-package-root", PathOf("package"), "--fleet-launch-path", GamePackage.LaunchPath);
        Assert.Equal("True", (string?)check.Json["packaged_build"]!["Overall Result"]);

        await using var serving = await ServingProcess.AnnouncedAsync(Wine.Start(
            State, ["serve", "--json", "--http-port", "0", "--websocket-port", "0"], Dotnet, program: Command));
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
    }

    [Fact]
    public async Task Tool_has_the_keeper_of_game_servers()
    {
        var keeper = Assert.Single(Directory.EnumerateFiles(Folder["tools", ".store"], "fleetbridge-keeper.dll", SearchOption.AllDirectories));
        var result = await Shell.RunAsync(State, $"\"$DOTNET_ROOT/dotnet\" '{keeper}'");
        AssertRefused(result, 2, "Use 'fleetbridge worker'.");
    }

    [Fact]
    public async Task Tool_without_a_runtime_says_what_to_install()
    {
        // .NET's own exit code for it, of which Linux sees the last eight bits
        var result = await RunToolAsync(0x80008083 & 0xff, new() { ["DOTNET_ROOT"] = PathOf("home") }, "--version");
        Assert.Contains("You must install .NET", result.Error, StringComparison.Ordinal);
    }

    private async Task<FleetBridgeResult> RunToolAsync(uint code, Dictionary<string, string> variables, params string[] args)
    {
        await using var program = Wine.Start(State, args, variables, program: Command);
        program.EndInput();
        var result = await program.WaitAsync(2 * Eventually.Limit);
        Shown.WriteLine($"> {string.Join(' ', args)} → {result.Code}\n{result.Error}{result.Output}");
        Assert.True(code == result.Code, $"exit code {result.Code}\n{result.Error}{result.Output}");
        return result;
    }
}
