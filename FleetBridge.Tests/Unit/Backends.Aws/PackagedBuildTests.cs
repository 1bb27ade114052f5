using System.Text;
using FleetBridge.Backends;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Backends.Aws;

public sealed class PackagedBuildTests : IDisposable
{
    private const string WindowsLaunch = "C:/game/MyGame/Binaries/Win64/MyServer.exe";
    private const string LinuxLaunch = "/local/game/MyGame/Binaries/Linux/MyServer";

    private readonly TemporaryFolder _folder = new();
    private readonly AwsOperation _aws = new();

    private string Root => _folder["package"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WindowsLaunch)]
    [InlineData("c:/game/MyGame/Binaries/Win64/MyServer.exe")]
    public async Task Whole_windows_package_is_ready(string launch)
    {
        WriteWindowsPackage();
        var result = await CheckAsync(launch);
        AssertReady(result);
        Assert.Equal(
            Path.Combine(Root, "MyGame", "Binaries", "Win64", "MyServer.exe"), (string?)result.Details!["Executable"]);
        Assert.Contains(_aws.Log, record => record.Level == LogLevel.Information
            && record.Message.Contains(Root, StringComparison.Ordinal)
            && record.Message.Contains(launch, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whole_linux_package_is_ready()
    {
        Write("package/MyGame/Binaries/Linux/MyServer");
        Write("package/install.sh", "#!/bin/sh\nexit 0\n");
        AssertReady(await CheckAsync(LinuxLaunch, ("server_package_os", "AMAZON_LINUX_2023")));
    }

    [Fact]
    public async Task Executable_beside_the_install_script_is_ready()
    {
        Write("package/MyServer.exe");
        Write("package/install.bat");
        AssertReady(await CheckAsync("C:/game/MyServer.exe"));
    }

    [Fact]
    public async Task Folders_with_spaces_quotes_and_letters_of_any_script_are_ready()
    {
        var root = "größe 'n' \"quotes\" ゲーム";
        if (OperatingSystem.IsWindows())
        {
            root = root.Replace("\"", "", StringComparison.Ordinal);
        }

        Write($"{root}/My Game/My Server.exe");
        Write($"{root}/install.bat");
        AssertReady(await CheckAsync("C:/game/My Game/My Server.exe", ("server_package_root", _folder[root])));
    }

    [Fact]
    public async Task Everything_wrong_is_reported_at_once_with_its_path()
    {
        Directory.CreateDirectory(Root);
        var result = await CheckAsync(WindowsLaunch);
        AssertProblems(
            result,
            Path.Combine(Root, "MyGame", "Binaries", "Win64", "MyServer.exe"),
            Path.Combine(Root, "install.bat"));
        Assert.NotNull(result.Remedy);
        Assert.Null((string?)result.Details!["Executable"]);
    }

    [Fact]
    public async Task Missing_folder_and_wrong_launch_path_are_reported_together() =>
        AssertProblems(await CheckAsync("D:/game/MyServer.exe"), Root, "D:/game/MyServer.exe");

    [Fact]
    public async Task Nothing_given_names_both_settings() =>
        AssertProblems(await _aws.RunAsync("packaged_build", "check"), "server_package_root", "fleet_launch_path");

    [Fact]
    public async Task Root_that_is_a_file_is_reported()
    {
        Write("package");
        var problem = AssertProblems(await CheckAsync(WindowsLaunch), Root);
        Assert.Contains("is a file", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relative_root_is_reported_in_full()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Root);
        AssertProblems(await CheckAsync(WindowsLaunch, ("server_package_root", relative)), Root);
        WriteWindowsPackage();
        var result = await CheckAsync(WindowsLaunch, ("server_package_root", relative));
        AssertReady(result);
        Assert.Equal(Root, (string?)result.Details!["Package Root"]);
    }

    [Fact]
    public async Task Root_with_a_character_that_no_path_has_is_reported() =>
        AssertProblems(await CheckAsync(WindowsLaunch, ("server_package_root", "a\0b")), "does not exist");

    [Theory]
    [InlineData("C:/game")]
    [InlineData("C:/Game/A/B.exe")]
    [InlineData("C:/games/A/B.exe")]
    [InlineData("/game/A/B.exe")]
    [InlineData("/local/games/A/B")]
    [InlineData("local/game/A/B")]
    [InlineData("MyGame/MyServer.exe")]
    public async Task Launch_path_outside_the_games_folder_is_refused(string launch)
    {
        WriteWindowsPackage();
        var problem = AssertProblems(await CheckAsync(launch), launch);
        Assert.Contains("C:/game/", problem, StringComparison.Ordinal);
        Assert.Contains("/local/game/", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C:/game/../package/MyGame/Binaries/Win64/MyServer.exe")]
    [InlineData("C:/game/MyGame/./Binaries/Win64/MyServer.exe")]
    [InlineData("C:/game//MyGame/Binaries/Win64/MyServer.exe")]
    [InlineData("C:/game/MyGame/Binaries/Win64/")]
    [InlineData("C:/game/")]
    [InlineData("/local/game/../game/MyServer")]
    public async Task Launch_path_with_a_dot_or_an_empty_segment_is_refused(string launch)
    {
        WriteWindowsPackage();
        AssertProblems(await CheckAsync(launch), launch);
    }

    [Fact]
    public async Task Launch_path_with_letters_that_gamelift_refuses_is_reported_although_the_file_is_there()
    {
        Write("package/Größe/MyServer.exe");
        Write("package/install.bat");
        AssertProblems(await CheckAsync("C:/game/Größe/MyServer.exe"), "C:/game/Größe/MyServer.exe");
    }

    [Fact]
    public async Task Launch_path_that_names_a_folder_is_refused()
    {
        WriteWindowsPackage();
        AssertProblems(await CheckAsync("C:/game/MyGame/Binaries"), Path.Combine(Root, "MyGame", "Binaries"));
    }

    [Theory]
    [InlineData(WindowsLaunch, "install.sh", "install.bat")]
    [InlineData(LinuxLaunch, "install.bat", "install.sh")]
    public async Task Install_script_of_the_other_system_is_not_enough(string launch, string there, string needed)
    {
        Write("package/MyGame/Binaries/Win64/MyServer.exe");
        Write("package/MyGame/Binaries/Linux/MyServer");
        Write($"package/{there}", "exit 0\n");
        AssertProblems(
            await CheckAsync(launch, ("server_package_os", launch == LinuxLaunch ? "AMAZON_LINUX_2023" : "WINDOWS_2022")), Path.Combine(Root, needed));
    }

    [Fact]
    public async Task Install_script_for_linux_with_windows_line_ends_is_refused()
    {
        Write("package/MyGame/Binaries/Linux/MyServer");
        Write("package/install.sh", "#!/bin/sh\r\nexit 0\r\n");
        var problem = AssertProblems(
            await CheckAsync(LinuxLaunch, ("server_package_os", "AMAZON_LINUX_2023")), Path.Combine(Root, "install.sh"));
        Assert.Contains("line endings", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_script_for_windows_may_have_windows_line_ends()
    {
        WriteWindowsPackage();
        Write("package/install.bat", "exit /b 0\r\n");
        AssertReady(await CheckAsync(WindowsLaunch));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public async Task Package_older_than_the_projects_build_is_a_warning(int hoursLater, bool warned)
    {
        WriteWindowsPackage();
        var packaged = Path.Combine(Root, "MyGame", "Binaries", "Win64", "MyServer.exe");
        var built = Write("project/Binaries/Win64/MyServer.exe");
        var time = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(built, time);
        File.SetLastWriteTimeUtc(packaged, time.AddHours(hoursLater));
        var result = await CheckAsync(WindowsLaunch, ("project_root", _folder["project"]));
        Assert.Equal(OverallResult.True, result.Overall);
        if (!warned)
        {
            AssertReady(result);
            return;
        }

        var warning = Assert.Single(AwsOperation.Texts(result, "Warnings"));
        Assert.Contains(packaged, warning, StringComparison.Ordinal);
        Assert.Contains(built, warning, StringComparison.Ordinal);
        Assert.Contains((LogLevel.Warning, warning), _aws.Log);
    }

    [Fact]
    public async Task Project_that_was_never_built_here_is_no_warning()
    {
        WriteWindowsPackage();
        Write("project/MyGame.uproject");
        AssertReady(await CheckAsync(WindowsLaunch, ("project_root", _folder["project"])));
    }

    [Fact]
    public async Task Missing_project_is_a_warning()
    {
        WriteWindowsPackage();
        var result = await CheckAsync(WindowsLaunch, ("project_root", _folder["nowhere"]));
        Assert.Equal(OverallResult.True, result.Overall);
        Assert.Contains(_folder["nowhere"], Assert.Single(AwsOperation.Texts(result, "Warnings")), StringComparison.Ordinal);
    }

    private Task<BackendResult> CheckAsync(string launch, params (string Key, string Value)[] parameters)
    {
        var given = parameters.Any(parameter => parameter.Key == "server_package_root")
            ? parameters
            : [.. parameters, ("server_package_root", Root)];
        return _aws.RunAsync("packaged_build", "check", [.. given, ("fleet_launch_path", launch)]);
    }

    private static void AssertReady(BackendResult result)
    {
        Assert.True(result.Overall == OverallResult.True, result.Error);
        Assert.Null(result.Error);
        Assert.Empty(AwsOperation.Texts(result, "Problems"));
        Assert.Empty(AwsOperation.Texts(result, "Warnings"));
    }

    /// <summary>As many problems as texts, each naming its own; returns the first.</summary>
    private static string AssertProblems(BackendResult result, params string[] texts)
    {
        Assert.Equal(OverallResult.False, result.Overall);
        var problems = AwsOperation.Texts(result, "Problems");
        Assert.Equal(texts.Length, problems.Count);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Contains(texts[i], problems[i], StringComparison.Ordinal);
            Assert.Contains(texts[i], result.Error, StringComparison.Ordinal);
        }

        return problems[0];
    }

    private void WriteWindowsPackage()
    {
        Write("package/MyGame/Binaries/Win64/MyServer.exe");
        Write("package/install.bat");
    }

    private string Write(string path, string? text = null)
    {
        var file = _folder[path.Split('/')];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, text is not null ? Encoding.UTF8.GetBytes(text)
            : path.EndsWith(".exe", StringComparison.Ordinal) ? ProgramImage.Pe()
            : path.EndsWith("MyServer", StringComparison.Ordinal) ? ProgramImage.Elf() : "x"u8.ToArray());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)0x1ed);
        }

        return file;
    }
}
