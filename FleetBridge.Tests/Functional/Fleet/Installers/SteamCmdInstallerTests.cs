using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Installers.SteamCmd;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Fleet.Installers;

[UnsupportedOSPlatform("windows")]
public sealed partial class SteamCmdInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<InstallProgress> _progress = [];

    private string Home => _folder["home"];

    private string Target => Directory.CreateDirectory(_folder["server", "new"]).FullName;

    [Fact]
    public async Task Install_is_called_in_the_right_order_with_its_own_home_on_a_terminal()
    {
        using var program = Program("slow ok");
        File.WriteAllText(Path.Combine(program.Content, "server"), "content");

        var installation = await InstallAsync(program);

        Assert.Equal(new Installation("11223344", 87188267), installation);
        Assert.Equal("content", File.ReadAllText(Path.Combine(Target, "server")));
        Assert.Equal(
            [$"terminal=1 HOME={Home} LC_ALL=C +@ShutdownOnFailedCommand 1 +@NoPromptForPassword 1 +force_install_dir {Target} +login anonymous "
                + "+app_update 740 +quit"],
            program.Calls);
        Assert.Equal(
            ["waiting for SteamCMD", "reconfiguring", "preallocating", "downloading", "verifying update", "committing"],
            _progress.Select(report => report.Phase).Distinct());
        Assert.Contains(new InstallProgress(37.5, 32695600, 87188267, "downloading"), _progress);
    }

    [Theory]
    [InlineData("uptodate", 1)]
    [InlineData("comma", 1)]
    [InlineData("early-error", 1)]
    [InlineData("restart|ok", 2)]
    [InlineData("state 0x602|state 0x402|ok", 3)]
    [InlineData("die|timeout|failed Missing configuration|login 5 Rate Limit Exceeded|login 84 x|ok", 6)]
    public async Task Install_is_repeated_until_it_succeeds(string plans, int calls)
    {
        using var program = Program(plans.Split('|'));

        Assert.Equal("11223344", (await InstallAsync(program)).Version);

        Assert.Equal(calls, program.Calls.Count);
        Assert.DoesNotContain(program.Calls, call => call.Contains("validate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("false-success|ok", "-v")]
    [InlineData("no-manifest|ok", "-v")]
    [InlineData("state 0x6A6|state 0x602|ok", "-vv")]
    [InlineData("state 0x6|state 0x6|ok", "--v")]
    public async Task Files_are_compared_when_they_may_be_wrong(string plans, string validates)
    {
        using var program = Program(plans.Split('|'));

        await InstallAsync(program);

        Assert.Equal(validates, string.Concat(program.Calls.Select(call => call.EndsWith("740 validate +quit", StringComparison.Ordinal) ? 'v' : '-')));
    }

    [Theory]
    [InlineData("state 0x202", "disk_full", 1, "are free, 166.3 MiB are needed")]
    [InlineData("state 0x606", "write_failed", 2, "quota")]
    [InlineData("failed No subscription", "no_subscription", 1, "accounts that own it")]
    [InlineData("failed Invalid platform", "wrong_platform", 1, "this system")]
    [InlineData("login 5 Invalid Password", "login_failed", 1, "Invalid Password")]
    [InlineData("login 88 Two-factor code mismatch", "login_failed", 1, "second factor")]
    [InlineData("libraries 1", "missing_library", 1, "ld-linux.so.2")]
    [InlineData("libraries 2", "missing_library", 1, "libstdc++.so.6")]
    [InlineData("state 0x602", "steamcmd_failed", 4, "in 4 attempts: the download did not complete (state 0x602)")]
    [InlineData("two-manifests", "steamcmd_failed", 4, "2 manifests")]
    [InlineData("restart", "steamcmd_failed", 7, "updating itself")]
    public async Task Install_that_cannot_succeed_says_why(string plan, string code, int calls, string words)
    {
        using var program = Program(plan);

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(program, attempts: 4));

        Assert.Equal((code, code == "steamcmd_failed"), (error.Code, error.IsRetryable));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(calls, program.Calls.Count);
    }

    [Fact]
    public async Task Program_that_hangs_is_stopped_and_started_again()
    {
        using var program = Program("hang", "ok");
        var clock = new FakeTimeProvider();

        var install = InstallAsync(program, clock);
        await Eventually.TrueAsync(() => _progress.Any(report => report.Percent == 50 && report.Phase == "downloading"), "half of it");
        clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("11223344", (await install).Version);
        Assert.Equal(2, program.Calls.Count);
    }

    [Fact]
    public async Task Cancelled_install_leaves_no_process()
    {
        using var program = Program("hang");
        using var cancellation = new CancellationTokenSource();

        var install = InstallAsync(program, cancellation: cancellation.Token);
        await Eventually.TrueAsync(() => _progress.Any(report => report.Phase == "downloading"), "the download");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => install);
        await Eventually.TrueAsync(() => !Processes(program.Path).Any(), "no process of it");
    }

    [Fact]
    public async Task What_a_killed_worker_has_left_behind_is_ended_first()
    {
        using var program = Program("hang", "ok");
        using var orphan = Process.Start(new ProcessStartInfo(program.Path, "+login anonymous +app_update 740 +quit".Split(' '))
        {
            Environment = { ["HOME"] = Home },
            RedirectStandardOutput = true,
        })!;
        Directory.CreateDirectory(Home);
        var started = new DateTimeOffset(orphan.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
        File.WriteAllText(Path.Combine(Home, "fleetbridge.pid"), $"{orphan.Id} {started}");
        await Eventually.TrueAsync(() => program.Calls.Count == 1, "the one that hangs");

        await InstallAsync(program);

        await orphan.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(137, orphan.ExitCode);
        Assert.False(File.Exists(Path.Combine(Home, "fleetbridge.pid")));
    }

    [Fact]
    public async Task Two_installs_take_turns()
    {
        using var program = Program("slow ok");
        using var installer = Installer(program);

        await Task.WhenAll(InstallAsync(installer, _folder["a"]), InstallAsync(installer, _folder["b"]));

        // a second one at the same time would have ended with 0x602
        Assert.Equal(2, program.Calls.Count);
    }

    [Fact]
    public async Task Update_begins_with_the_installed_version_without_its_data()
    {
        using var program = Program("ok");
        using var installer = Installer(program);
        await InstallAsync(installer, _folder["old"]);
        File.WriteAllText(_folder["old", "server"], "the server");
        Directory.CreateDirectory(_folder["old", "saved"]);
        File.WriteAllText(_folder["old", "saved", "world"], "a world");
        Directory.CreateSymbolicLink(_folder["old", "linked"], _folder.Path);

        await InstallAsync(installer, _folder["new"], _folder["old"], "saved", "linked");

        Assert.Equal("the server", File.ReadAllText(_folder["new", "server"]));
        Assert.False(Path.Exists(_folder["new", "saved"]) || Path.Exists(_folder["new", "linked"]));
        Assert.EndsWith("validate +quit", program.Calls[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no steamcmd on the PATH")]
    [InlineData("/nowhere/steamcmd", "/nowhere/steamcmd is no program")]
    public void Machine_without_it_says_so(string? path, string words)
    {
        using var installer = new SteamCmdInstaller(new SteamCmdOptions { Program = path, Home = Home }, TimeProvider.System);

        Assert.False(installer.IsAvailable(out var reason));
        Assert.Contains(words, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ok", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("ok", "+login anonymous +force_install_dir /F +app_update 740 +quit")]
    [InlineData("uptodate", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("comma", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("restart", "+quit")]
    [InlineData("state 0x202", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("failed No subscription", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("login 5 Rate Limit Exceeded", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    [InlineData("timeout", "+force_install_dir /F +login anonymous +app_update 740 +quit")]
    public async Task Stand_in_prints_lines_of_the_real_one_only(string plan, string arguments)
    {
        using var program = Program(plan);
        var real = File.ReadLines(SteamCmdProgram.RealLines).Where(line => !line.StartsWith('#')).Select(line => Shape(line.Split(" || ")[0])).ToHashSet();
        var start = new ProcessStartInfo(program.Path, arguments.Replace("/F", Target, StringComparison.Ordinal).Split(' '))
        {
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = _folder.Path, ["LC_ALL"] = "C" },
        };

        using var process = Process.Start(start)!;
        var lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains(Shape(line.Replace("\u001b[0m", "", StringComparison.Ordinal)), real));
        Assert.Equal(
            arguments.StartsWith("+login", StringComparison.Ordinal), lines.Any(line => line.Contains("before logon!", StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    private static SteamCmdProgram Program(params string[] plans)
    {
        Requires.GameServerProgram();
        return new SteamCmdProgram(plans);
    }

    private SteamCmdInstaller Installer(SteamCmdProgram program, TimeProvider? clock = null, int attempts = 6) => new(
        new SteamCmdOptions { Program = program.Path, Home = Home, MostAttempts = attempts, Random = () => 0 },
        clock ?? TimeProvider.System);

    private async Task<Installation> InstallAsync(
        SteamCmdProgram program, TimeProvider? clock = null, int attempts = 6, CancellationToken cancellation = default)
    {
        using var installer = Installer(program, clock, attempts);
        return await InstallAsync(installer, Target, cancellation);
    }

    private Task<Installation> InstallAsync(
        SteamCmdInstaller installer, string folder, string? previous = null, params string[] data) =>
        InstallAsync(installer, folder, CancellationToken.None, previous, data);

    private Task<Installation> InstallAsync(
        SteamCmdInstaller installer, string folder, CancellationToken cancellation, string? previous = null, params string[] data) =>
        installer.InstallAsync(
            new InstallRequest
            {
                ServerId = "s1",
                GameId = GameId.Parse("steamcmd:740"),
                Folder = Directory.CreateDirectory(folder).FullName,
                PreviousFolder = previous,
                DataFolders = data,
            },
            new Reports(_progress),
            NullLogger.Instance,
            cancellation);

    private static IEnumerable<string> Processes(string program) => Directory.EnumerateDirectories("/proc")
        .Select(folder => Path.Combine(folder, "exe"))
        .Where(link => new FileInfo(link).LinkTarget is { } target && target.StartsWith(program, StringComparison.Ordinal));

    /// <summary>A line without what differs from run to run: numbers, codes and paths.</summary>
    private static string Shape(string line) => Numbers.Replace(Paths.Replace(line, "'/P'"), "N");

    [GeneratedRegex("'/[^']*'")]
    private static partial Regex Paths { get; }

    [GeneratedRegex(@"0x[0-9A-Fa-f]+|[0-9]+(?:[.,][0-9]+)*")]
    private static partial Regex Numbers { get; }

    private sealed class Reports(ConcurrentQueue<InstallProgress> all) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => all.Enqueue(value);
    }
}
