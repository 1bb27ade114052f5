using System.Text;
using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Logs;

public sealed class RollingFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Full_file_is_followed_by_numbered_ones_and_the_oldest_are_deleted()
    {
        using (var file = Open())
        {
            for (var i = 1; i <= 5; i++)
            {
                Write(file, $"{i}{i}{i}{i}");
                Write(file, $"{i}{i}{i}{i}{i}{i}");
            }
        }

        Assert.Equal(["bridge_002.log", "bridge_003.log", "bridge_004.log"], Names());
        Assert.Equal("5555555555", File.ReadAllText(_folder["bridge_004.log"]));
    }

    [Fact]
    public void Next_run_continues_in_the_newest_file()
    {
        File.WriteAllText(_folder["bridge.log"], "0123456789");
        File.WriteAllText(_folder["bridge_007.log"], "new");
        using (var file = Open())
        {
            Write(file, "er");
        }

        Assert.Equal("newer", File.ReadAllText(_folder["bridge_007.log"]));
        Assert.Equal(["bridge.log", "bridge_007.log"], Names());
    }

    [Fact]
    public void Files_of_other_logs_are_let_be()
    {
        string[] others = ["bridge-2.log", "bridge-2_001.log", "bridge_1.log", "bridge_abc.log", "bridge_001.txt", "xbridge_001.log", "bridge.log.lock"];
        foreach (var other in others)
        {
            File.WriteAllText(_folder[other], "");
        }

        using (var file = Open())
        {
            for (var i = 0; i < 40; i++)
            {
                Write(file, "0123456789");
            }
        }

        Assert.Equal(3, Names().Except(others).Count());
        Assert.All(others, other => Assert.True(File.Exists(_folder[other])));
    }

    [Fact]
    public void File_that_cannot_be_opened_is_tried_again_by_the_next_write()
    {
        Directory.CreateDirectory(_folder["bridge.log"]);
        using var file = Open();
        Assert.ThrowsAny<UnauthorizedAccessException>(() => Write(file, "lost"));
        Directory.Delete(_folder["bridge.log"]);
        Write(file, "kept");
        file.Dispose();
        Assert.Equal("kept", File.ReadAllText(_folder["bridge.log"]));
    }

    public void Dispose() => _folder.Dispose();

    private RollingFile Open() => new(_folder["bridge.log"], mostBytes: 10, mostFiles: 3);

    private static void Write(RollingFile file, string text) => file.Write(Encoding.UTF8.GetBytes(text));

    private IEnumerable<string> Names() => Directory.EnumerateFiles(_folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
