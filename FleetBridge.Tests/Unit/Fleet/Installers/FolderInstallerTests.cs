using System.Runtime.Versioning;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Unit.Fleet.Installers;

[UnsupportedOSPlatform("windows")]
public sealed class FolderInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Source => _folder["game"];

    [Fact]
    public async Task Install_has_all_files_with_their_modes_times_and_links()
    {
        Requires.Unix();
        var program = Write("bin/server", "the program");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101 | UnixFileMode.SetUser);
        File.SetLastWriteTimeUtc(program, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        Write("content/pak/big.pak", new string('x', 3_000_000));
        Write("empty.txt", "");
        Directory.CreateDirectory(_folder["game", "saved"]);
        File.CreateSymbolicLink(_folder["game", "server"], "bin/server");
        File.CreateSymbolicLink(_folder["game", "content", "absolute"], program);

        var (target, installation, progress) = await InstallAsync();

        Assert.Equal(3_000_011, installation.Bytes);
        Assert.Equal("the program", File.ReadAllText(Path.Combine(target, "server")));
        Assert.Equal("bin/server", new FileInfo(Path.Combine(target, "server")).LinkTarget);
        Assert.Equal("../bin/server", new FileInfo(Path.Combine(target, "content", "absolute")).LinkTarget);
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(target, "bin", "server")));
        Assert.Equal(new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Combine(target, "bin", "server")));
        Assert.Equal(0, new FileInfo(Path.Combine(target, "empty.txt")).Length);
        Assert.True(Directory.Exists(Path.Combine(target, "saved")));
        Assert.Equal(["copying", "verifying"], progress.Select(report => report.Phase).Distinct());
        Assert.Equal(new InstallProgress(100, 3_000_011, 3_000_011, "verifying"), progress[^1]);
    }

    [Fact]
    public async Task What_a_server_writes_changes_no_original()
    {
        Write("server.cfg", "original");

        var (target, _, _) = await InstallAsync();
        using (var file = new FileStream(Path.Combine(target, "server.cfg"), FileMode.Open))
        {
            file.Write("CHANGED!"u8);
        }

        Assert.Equal("original", File.ReadAllText(_folder["game", "server.cfg"]));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/hostname")]
    [InlineData("loop")]
    public async Task Link_that_leaves_the_folder_is_refused_by_name(string target)
    {
        Requires.Unix();
        Write("file", "");
        File.CreateSymbolicLink(_folder["game", "loop"], target);

        var error = await Assert.ThrowsAsync<InstallException>(InstallAsync);

        Assert.Equal(("link_outside", false), (error.Code, error.IsRetryable));
        Assert.Contains("The link loop", error.Message, StringComparison.Ordinal);
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "no_game", "does not exist")]
    [InlineData("file", "no_game", "is no folder")]
    [InlineData("empty", "no_game", "has no files")]
    [InlineData("", "folder_contains_worker", "would contain itself")]
    public async Task Folder_without_a_game_is_refused(string name, string code, string words)
    {
        File.WriteAllText(_folder["file"], "");
        Directory.CreateDirectory(_folder["empty"]);

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(Path.TrimEndingDirectorySeparator(_folder[name])));

        Assert.Equal((code, false), (error.Code, error.IsRetryable));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_without_room_is_refused_before_it_begins_with_what_is_free_and_needed()
    {
        Write("pak", new string('x', 100_000));

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(Source, floor: long.MaxValue / 2));

        Assert.Equal(("disk_full", false), (error.Code, error.IsRetryable));
        Assert.Matches(@"\d+(\.\d)? [KMG]iB are free, 100 KiB are needed, and .* have to stay free", error.Message);
        Assert.Equal(0, new FileInfo(_folder["server", "new", "pak"]).Length);
    }

    [Fact]
    public async Task Disk_that_fills_up_during_an_install_is_told()
    {
        using var disk = SmallDisk.OfMemory(4 * 1024 * 1024);
        Write("a.pak", new string('x', 3_000_000));

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(
            Source, Path.Combine(disk.Path, "new"), report: progress => Fill(disk, progress)));

        Assert.Equal(("disk_full", false), (error.Code, error.IsRetryable));
        Assert.Contains("0 bytes are free, 2.9 MiB are needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_shares_its_blocks_where_the_file_system_can()
    {
        using var disk = SmallDisk.OfBtrfs();
        var source = Path.Combine(disk.Path, "game");
        Directory.CreateDirectory(source);
        var pak = new byte[32 * 1024 * 1024];
        new Random(1).NextBytes(pak);
        File.WriteAllBytes(Path.Combine(source, "a.pak"), pak);

        // the second copy would have no room on this disk
        for (var copy = 1; copy <= 3; copy++)
        {
            await InstallAsync(source, Path.Combine(disk.Path, $"copy{copy}"));
        }

        using (var file = new FileStream(Path.Combine(disk.Path, "copy1", "a.pak"), FileMode.Open))
        {
            file.Write([1, 2, 3, 4]);
        }

        Assert.Equal(pak, File.ReadAllBytes(Path.Combine(source, "a.pak")));
        Assert.Equal(pak, File.ReadAllBytes(Path.Combine(disk.Path, "copy2", "a.pak")));
        Assert.Equal([1, 2, 3, 4], File.ReadAllBytes(Path.Combine(disk.Path, "copy1", "a.pak"))[..4]);
    }

    [Fact]
    public async Task Game_that_changes_during_the_copy_is_no_install()
    {
        var changed = Write("a.pak", new string('x', 100));
        Write("b.pak", new string('x', 3_000_000));

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(Source, report: progress =>
        {
            if (progress.Phase == "verifying")
            {
                File.AppendAllText(changed, "more");
            }
        }));

        Assert.Equal(("source_changed", true), (error.Code, error.IsRetryable));
        Assert.Contains("a.pak", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipe_in_a_game_is_left_out_and_holds_nothing_up()
    {
        Requires.Linux();
        Write("file", "content");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [_folder["game", "pipe"]]))
        {
            mkfifo.WaitForExit();
        }

        var (target, _, _) = await InstallAsync();

        Assert.Equal(["file"], Directory.GetFileSystemEntries(target).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Cancelled_copy_ends()
    {
        using var cancellation = new CancellationTokenSource();
        Write("a.pak", new string('x', 3_000_000));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => InstallAsync(Source, report: _ => cancellation.Cancel(), cancellation: cancellation.Token));
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string path, string content)
    {
        var file = Path.Combine(Source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    private Task<(string Target, Installation Installation, List<InstallProgress> Progress)> InstallAsync() => InstallAsync(Source);

    private async Task<(string Target, Installation Installation, List<InstallProgress> Progress)> InstallAsync(
        string source, string? target = null, long floor = 0, Action<InstallProgress>? report = null, CancellationToken cancellation = default)
    {
        target ??= _folder["server", "new"];
        Directory.CreateDirectory(target);
        var progress = new Reports(report ?? (_ => { }));
        var installation = await new FolderInstaller(new HastyClock()).InstallAsync(
            new InstallRequest { ServerId = "s1", GameId = GameId.Parse($"folder:{source}"), Folder = target, FreeSpaceFloorBytes = floor },
            progress,
            NullLogger.Instance,
            cancellation);
        return (target, installation, progress.All);
    }

    private static void Fill(SmallDisk disk, InstallProgress progress)
    {
        var filler = Path.Combine(disk.Path, "filler");
        if (progress.Bytes > 0 && !File.Exists(filler))
        {
            File.WriteAllBytes(filler, new byte[2_000_000]);
        }
    }

    /// <summary>A second passes between any two looks at it: each piece is reported.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _timestamp;

        public override long GetTimestamp() => _timestamp += TimestampFrequency;
    }

    private sealed class Reports(Action<InstallProgress> report) : IProgress<InstallProgress>
    {
        public List<InstallProgress> All { get; } = [];

        public void Report(InstallProgress value)
        {
            All.Add(value);
            report(value);
        }
    }
}
