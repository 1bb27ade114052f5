using System.Runtime.Versioning;
using System.Text;
using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Logs;

/// <summary>What a large log does with its own files, and with those of others beside them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RolledLogFileTests : IDisposable
{
    private const string Mark = "2026-11-05 10:22:33,123 INFO fleetbridge This is the log file bridge.log of FleetBridge.";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 5, 10, 22, 33, 123, TimeSpan.Zero));

    [Fact]
    public void Named_file_is_the_one_that_is_written_and_only_the_newest_others_are_kept()
    {
        using (var file = Open())
        {
            for (var i = 1; i <= 5; i++)
            {
                Write(file, $"{i}\n");
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal(["bridge.20261105T102236123Z.log", "bridge.20261105T102237123Z.log", "bridge.log"], Names());
        Assert.Equal(["5"], File.ReadLines(_folder["bridge.log"]).Skip(1));
        Assert.Equal(["4"], File.ReadLines(_folder["bridge.20261105T102237123Z.log"]).Skip(1));
    }

    [Fact]
    public void File_that_cannot_be_begun_again_is_tried_again_by_the_next_write()
    {
        using (var file = Open("deep/bridge.log"))
        {
            Write(file, "large enough\n");
            Directory.Delete(_folder["deep"], recursive: true);
            Assert.ThrowsAny<IOException>(() => Write(file, "lost\n"));
            Directory.CreateDirectory(_folder["deep"]);
            Write(file, "kept\n");
        }

        Assert.Equal(["kept"], File.ReadLines(_folder["deep", "bridge.log"]).Skip(1));
    }

    [Fact]
    public void Next_run_continues_the_named_file()
    {
        using (var file = Open(mostBytes: 1000))
        {
            Write(file, "first\n");
        }

        using (var file = Open(mostBytes: 1000))
        {
            Write(file, "second\n");
        }

        Assert.Equal([Mark, "first", "second"], File.ReadLines(_folder["bridge.log"]));
        Assert.Equal(["bridge.log"], Names());
    }

    [Theory]
    [InlineData("bridge_001.log", "mine")]
    [InlineData("bridge-3.log", "mine")]
    [InlineData("bridge.1.log", "mine")]
    [InlineData("bridge.log.lock", "")]
    [InlineData("bridge.20200101T000000000Z.log", "mine: named as ours are, and not marked")]
    [InlineData("bridge.20200101T000000000Z.log", "")]
    [InlineData("bridge.20200101T000000000Z.log", "2026-11-05 10:22:33,123 INFO fleetbridge This is the log file other.log of FleetBridge.\n")]
    [InlineData("bridge.20200101T000000000Z.log.bak", Mark)]
    [InlineData("copy of bridge.20200101T000000000Z.log", Mark)]
    public void Files_of_others_are_never_deleted_or_written(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        using (var file = Open())
        {
            for (var i = 0; i < 40; i++)
            {
                Write(file, "0123456789\n");
            }
        }

        Assert.Equal(content, File.ReadAllText(_folder[name]));
        Assert.Equal(3, Names().Except([name]).Count());
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("2026-11-05 10:22:33,123 INFO fleetbridge This is the log file other.log of FleetBridge.\n")]
    [InlineData("2026-11-05 10:22:33,123 INFO somebody a log of another program\n")]
    public void Named_file_of_somebody_else_is_left_alone_and_one_beside_it_is_written(string content)
    {
        File.WriteAllText(_folder["bridge.log"], content);
        File.WriteAllText(_folder["bridge-2.log"], "mine too");
        using (var file = Open())
        {
            Assert.Equal(_folder["bridge-3.log"], file.Path);
            Write(file, "ours\n");
        }

        Assert.Equal(content, File.ReadAllText(_folder["bridge.log"]));
        Assert.Equal("mine too", File.ReadAllText(_folder["bridge-2.log"]));
        Assert.EndsWith("ours\n", File.ReadAllText(_folder["bridge-3.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_file_is_written_because_nothing_in_it_can_be_lost()
    {
        File.WriteAllText(_folder["bridge.log"], "");
        using var file = Open();
        Assert.Equal(_folder["bridge.log"], file.Path);
    }

    [Theory]
    [InlineData("precious")]
    [InlineData(null)]
    public void Link_is_not_followed(string? content)
    {
        Requires.Unix();
        if (content is not null)
        {
            File.WriteAllText(_folder["target"], content);
        }

        File.CreateSymbolicLink(_folder["bridge.log"], _folder["target"]);
        using (var file = Open())
        {
            Assert.Equal(_folder["bridge-2.log"], file.Path);
            Write(file, "ours\n");
        }

        Assert.Equal(content is not null, File.Exists(_folder["target"]));
        Assert.Equal(content ?? "", content is null ? "" : File.ReadAllText(_folder["target"]));
    }

    [Fact]
    public void Link_in_the_locks_place_is_not_followed()
    {
        Requires.Unix();
        File.CreateSymbolicLink(_folder[".bridge.log.fleetbridge-lock"], _folder["target"]);
        Assert.Null(LogFileClaim.TryMake(_folder["bridge.log"], out var problem));
        Assert.Contains("not a regular file", problem, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["target"]));
    }

    [Fact]
    public void Files_are_this_users_alone()
    {
        Requires.Unix();
        using (var file = Open("deep/bridge.log"))
        {
            Write(file, "text\n");
            Write(file, "text\n");
        }

        Assert.Equal(OwnFolderMode, File.GetUnixFileMode(_folder["deep"]));
        Assert.All(
            Directory.GetFiles(_folder["deep"]),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    public void Dispose() => _folder.Dispose();

    private const UnixFileMode OwnFolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private LogFile Open(string name = "bridge.log", int mostBytes = 10) => new(
        LogFileClaim.TryMake(_folder[name], out var problem) ?? throw new IOException(problem), mostBytes, mostFiles: 3, _clock);

    private static void Write(LogFile file, string text) => file.Write(Encoding.UTF8.GetBytes(text));

    private IEnumerable<string> Names() => Directory.EnumerateFiles(_folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
