using System.Runtime.Versioning;
using FleetBridge.Core.State;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.State;

/// <summary>Folders and files of ours, and what may stand in their place.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnFolderTests : IDisposable
{
    private const UnixFileMode Everything = (UnixFileMode)0x1ff;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_folder_that_is_made_is_this_users_alone()
    {
        Requires.Unix();
        File.SetUnixFileMode(_folder.Path, Everything);
        OwnFolder.Create(_folder["a", "b", "c"]);
        string[][] made = [["a"], ["a", "b"], ["a", "b", "c"]];
        Assert.All(made, names => Assert.Equal(OwnFolder.FolderMode, File.GetUnixFileMode(_folder[names])));
        Assert.Equal(Everything, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public void Folder_that_is_ours_by_its_place_loses_others_permissions()
    {
        Requires.Unix();
        Directory.CreateDirectory(_folder["ours"]);
        File.SetUnixFileMode(_folder["ours"], Everything);
        OwnFolder.Claim(_folder["ours"]);
        Assert.Equal(OwnFolder.FolderMode, File.GetUnixFileMode(_folder["ours"]));
    }

    [Fact]
    public void Link_in_its_place_is_not_used()
    {
        Requires.Unix();
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["ours"], _folder["elsewhere"]);
        Assert.Throws<IOException>(() => OwnFolder.Claim(_folder["ours"]));
    }

    [Theory]
    [InlineData(0x1ff, 0x1c0)]
    [InlineData(0x1b4, 0x180)]
    [InlineData(0x124, 0x100)]
    public void Copy_keeps_what_its_owner_may_do_and_nothing_for_others(int mode, int expected)
    {
        Requires.Unix();
        File.WriteAllText(_folder["original"], "text");
        File.SetUnixFileMode(_folder["original"], (UnixFileMode)mode);
        OwnFolder.Copy(_folder["original"], _folder["copy"]);
        Assert.Equal((UnixFileMode)expected, File.GetUnixFileMode(_folder["copy"]));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("device")]
    public void Copy_of_what_is_no_file_is_empty(string kind)
    {
        Requires.Unix();
        OddFile.Make(_folder["original"], kind);
        OwnFolder.Copy(_folder["original"], _folder["copy"]);
        Assert.Equal(0, new FileInfo(_folder["copy"]).Length);
    }

    [Fact]
    public void Lock_is_held_once_and_what_cannot_be_locked_is_not_taken_for_held()
    {
        using (LockFile.TryHold(_folder["lock"]))
        {
            Assert.Null(LockFile.TryHold(_folder["lock"]));
        }

        using var again = LockFile.TryHold(_folder["lock"]);
        Assert.NotNull(again);
        Directory.CreateDirectory(_folder["folder"]);
        Assert.ThrowsAny<IOException>(() => LockFile.TryHold(_folder["folder"]));
        if (OperatingSystem.IsLinux())
        {
            // a file that exists and cannot be opened: a program that is running
            Assert.ThrowsAny<IOException>(() => LockFile.TryHold(Environment.ProcessPath!));
        }
    }

    public void Dispose() => _folder.Dispose();
}
