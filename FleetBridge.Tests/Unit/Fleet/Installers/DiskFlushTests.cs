using FleetBridge.Fleet.Installers;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Installers;

public sealed class DiskFlushTests
{
    [Fact]
    public void Folder_with_links_files_and_folders_is_flushed_and_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a", "b"]);
        File.WriteAllText(folder["a", "b", "file"], "text");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(folder["a", "dangling"], "nowhere");
        }

        var disk = new DiskFlush();
        disk.Tree(folder.Path);
        disk.Names(folder["a"]);
        Assert.Equal("text", File.ReadAllText(folder["a", "b", "file"]));
    }

    [Fact]
    public void Folder_that_is_not_there_is_an_error_of_the_disk()
    {
        Requires.Unix();
        using var folder = new TemporaryFolder();
        var missing = folder["missing"];
        Assert.Contains(missing, Assert.ThrowsAny<IOException>(() => new DiskFlush().Tree(missing)).Message, StringComparison.Ordinal);
        Assert.Contains(missing, Assert.ThrowsAny<IOException>(() => new DiskFlush().Names(missing)).Message, StringComparison.Ordinal);
    }
}
