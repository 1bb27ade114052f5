using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>The main commands of the release for Windows: what they print, in which encoding, and what they exit with.</summary>
public sealed class WindowsCommandTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    /// <summary>As the packaged server's executable is named to GameLift, with Windows's own separators.</summary>
    private const string LaunchPath = @"C:\game\MyGame\Binaries\Win64\MyGameServer.exe";

    [Fact]
    public async Task Version_is_that_of_the_program_for_linux()
    {
        var own = await RunAsync("--version");
        var windows = await RunWindowsAsync(0, "--version");
        Assert.Equal(own.Output.Split('+')[0].Trim(), windows.Output.Split('+')[0].Trim());
    }

    [Fact]
    public async Task Help_lists_the_commands()
    {
        var help = await RunWindowsAsync(0, "--help");
        Assert.All(new[] { "serve", "check <resource>", "create <resource>", "delete <resource>", "doctor" }, command =>
            Assert.Contains(help.Lines, line => line.StartsWith(command, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("check", "Required argument 'resource'")]
    [InlineData("serve --http-port 65536", "'65536'")]
    [InlineData("serv", "'serv'")]
    public async Task Usage_error_exits_with_2(string line, string text)
    {
        var result = await RunWindowsAsync(2, line.Split(' '));
        AssertRefused(result, 2, text);
    }

    [Theory]
    [InlineData("backends", "aws")]
    [InlineData("metadata --backend aws/1", "Fleet")]
    [InlineData("config --prefix mine", "mine")]
    [InlineData("completion pwsh", "Register-ArgumentCompleter")]
    [InlineData("request aws/1/metadata", "/deployment/fleet/check")]
    public async Task Command_exits_with_0_and_prints(string line, string text)
    {
        var result = await RunWindowsAsync(0, line.Split(' '));
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_check_exits_with_1_and_an_invalid_setting_with_4()
    {
        var missing = await RunWindowsAsync(1, "check", "packaged_build", "--server-package-root", PathOf("none"), "--fleet-launch-path", LaunchPath);
        Assert.Contains(PathOf("none"), missing.Output + missing.Error, StringComparison.Ordinal);
        var invalid = await RunWindowsAsync(4, "check", "fleet", "--prefix", "MyGame");
        Assert.Contains("'MyGame'", invalid.Output + invalid.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_of_profiles_is_named_with_backslashes()
    {
        var result = await RunWindowsAsync(
            1,
            new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = PathOf("keys") },
            ["check", "fleet", "--profile-name", "nobody", "--json"]);
        var error = (string?)result.Json["fleet"]!["Error"];
        Assert.Matches(@"C:\\users\\[^\\/]+\\\.aws\\config", error);
        Assert.Contains(PathOf("keys"), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_utf_8()
    {
        const string Text = "… größer 日本 €";
        await File.WriteAllTextAsync(Folder["say.csx"], $"Console.WriteLine(\"{Text}\"); Log.LogWarning(\"{Text}\"); return 7;");
        var result = await RunWindowsAsync(7, "script", PathOf("say.csx"));
        Assert.Equal(Text, result.Output.TrimEnd());
        Assert.Contains(Text, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starter_is_written_to_the_named_folder_and_responds()
    {
        await RunWindowsAsync(0, "new", "backend", "mine", "--script", "--output", PathOf("made by hand"));
        Assert.True(File.Exists(Folder["made by hand", "backends", "mine", "1", "backend.csx"]));
        var backends = await RunWindowsAsync(0, "metadata", "--backend", "mine/1", "--backends", PathOf("made by hand", "backends"), "--json");
        Assert.NotEmpty(backends.Json);
    }

    [Theory]
    [InlineData(@"Z:{0}")]
    [InlineData(@"z:{0}\")]
    [InlineData(@"\\?\Z:{0}")]
    [InlineData(@"{0}")]
    [InlineData(@".\package")]
    [InlineData(@"nobody\..\package")]
    public async Task Package_with_backslashes_is_found(string form)
    {
        GamePackage.Make(Folder["package"]);
        await CheckPackageAsync(form.Replace("{0}", PathOf("package")[2..], StringComparison.Ordinal), LaunchPath);
    }

    [Fact]
    public async Task Package_with_slashes_is_found()
    {
        GamePackage.Make(Folder["package"]);
        await CheckPackageAsync($"Z:{Folder["package"]}", GamePackage.LaunchPath);
    }

    [Fact]
    public async Task Package_at_a_path_of_300_letters_is_found()
    {
        string[] deep = ["größer 日本", .. Enumerable.Repeat(new string('d', 100), 3)];
        GamePackage.Make(Folder[deep]);
        var root = PathOf(deep);
        Assert.True(root.Length > 300, root);
        await CheckPackageAsync(root, LaunchPath);
    }

    [Fact]
    public async Task Share_that_is_not_there_is_named_as_it_was_written()
    {
        const string Share = @"\\nobody\builds\package";
        var missing = await RunWindowsAsync(1, "check", "packaged_build", "--json", "--server-package-root", Share, "--fleet-launch-path", LaunchPath);
        Assert.Contains(Share, (string?)missing.Json["packaged_build"]!["Error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeper_starts_without_a_runtime_on_the_machine()
    {
        var keeper = Path.Combine(Path.GetDirectoryName(Repository.WindowsProgram)!, "keeper", "fleetbridge-keeper.exe");
        await using var program = Wine.Start(State, [], program: keeper);
        program.EndInput();
        AssertRefused(await program.WaitAsync(2 * Eventually.Limit), 2, "Use 'fleetbridge worker'.");
    }

    private async Task CheckPackageAsync(string root, string launchPath)
    {
        var result = await RunWindowsAsync(
            0,
            null,
            ["check", "packaged_build", "--json", "--server-package-root", root, "--fleet-launch-path", launchPath],
            Folder.Path);
        var check = result.Json["packaged_build"]!;
        Assert.Equal("True", (string?)check["Overall Result"]);
        Assert.EndsWith(@"\MyGame\Binaries\Win64\MyGameServer.exe", (string?)check["Details"]!["Executable"], StringComparison.Ordinal);
    }
}
