using System.Runtime.Versioning;
using FleetBridge.Core.State;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.State;

/// <summary>A file beside others': whatever stands there, nothing else is written, and nothing is left behind.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlacedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["target"];

    private string Precious => _folder["precious"];

    [Theory]
    [InlineData("file")]
    [InlineData("link")]
    [InlineData("link to nothing")]
    [InlineData("pipe")]
    [InlineData("hard link")]
    public void Replaced_is_what_stands_there_itself(string kind)
    {
        Requires.Unix();
        Put(kind);
        PlacedFile.Replace(Target, "ours"u8);
        Assert.Equal("ours", File.ReadAllText(Target));
        Assert.Null(new FileInfo(Target).LinkTarget);
        AssertOthersAreAsBefore();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("link")]
    [InlineData("link to nothing")]
    [InlineData("pipe")]
    [InlineData("hard link")]
    [InlineData("folder")]
    public void Nothing_is_created_where_something_stands(string kind)
    {
        Requires.Unix();
        Put(kind);
        Assert.Throws<IOException>(() => PlacedFile.Create(Target, "ours"u8));
        AssertOthersAreAsBefore();
    }

    [Fact]
    public void Folder_is_not_replaced()
    {
        Put("folder");
        Assert.ThrowsAny<Exception>(() => PlacedFile.Replace(Target, "ours"u8));
        Assert.True(Directory.Exists(Target));
        AssertOthersAreAsBefore();
    }

    [Theory]
    [InlineData(true, UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(false, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public void Nobody_else_may_write_it_and_a_secret_is_not_read_either(bool isSecret, UnixFileMode most)
    {
        Requires.Unix();
        PlacedFile.Create(Target, "ours"u8, isSecret);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Target) & ~most);
        Assert.Equal("ours", File.ReadAllText(Target));
    }

    [Fact]
    public void Of_many_at_once_one_creates_it()
    {
        var created = 0;
        Parallel.For(0, 16, i =>
        {
            try
            {
                PlacedFile.Create(Target, [(byte)('a' + i)]);
                Interlocked.Increment(ref created);
            }
            catch (IOException)
            {
                // another one was earlier
            }
        });
        Assert.Equal(1, created);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private void Put(string kind)
    {
        File.WriteAllText(Precious, "precious");
        switch (kind)
        {
            case "file":
                File.WriteAllText(Target, "old");
                break;
            case "link":
                File.CreateSymbolicLink(Target, Precious);
                break;
            case "link to nothing":
                File.CreateSymbolicLink(Target, _folder["nothing"]);
                break;
            case "hard link":
                System.Diagnostics.Process.Start("ln", [Precious, Target]).WaitForExit();
                break;
            default:
                OddFile.Make(Target, kind);
                break;
        }
    }

    private void AssertOthersAreAsBefore()
    {
        Assert.Equal("precious", File.ReadAllText(Precious));
        Assert.Equal(["precious", "target"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
