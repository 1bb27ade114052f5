using FleetBridge.Backends.Files;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends;

/// <summary>What stands in a file's place is neither waited for nor read without end.</summary>
public sealed class UserFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => OddFile.Kinds;

    private string File => _folder["file"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_no_file_is_refused_at_once_with_what_it_is(string kind)
    {
        Requires.Unix();
        OddFile.Make(File, kind);
        var read = Task.Run(() => UserFile.ReadAllText(File, 1024));
        var refusal = await Assert.ThrowsAsync<UnusableFileException>(() => read.WaitAsync(Eventually.Limit));
        Assert.StartsWith(File, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(kind == "huge" ? "larger than 1 KiB" : kind.Split(' ')[^1], refusal.Message, StringComparison.Ordinal);
        Assert.Throws<UnusableFileException>(() => UserFile.Check(File, 1024));
    }

    [Fact]
    public void File_is_read_also_through_a_link()
    {
        System.IO.File.WriteAllText(File, "text é");
        Assert.Equal("text é", UserFile.ReadAllText(File));
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.CreateSymbolicLink(_folder["link"], File);
            Assert.Equal("text é", UserFile.ReadAllText(_folder["link"]));
        }
    }

    [Fact]
    public void Empty_file_is_empty()
    {
        System.IO.File.WriteAllText(File, "");
        Assert.Empty(UserFile.ReadAllBytes(File, 10));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(9000, false)]
    public void Bound_counts_to_the_byte(int length, bool isRead)
    {
        System.IO.File.WriteAllBytes(File, new byte[length]);
        if (isRead)
        {
            Assert.Equal(length, UserFile.ReadAllBytes(File, 10).Length);
        }
        else
        {
            Assert.Throws<UnusableFileException>(() => UserFile.ReadAllBytes(File, 10));
        }
    }

    [Fact]
    public void File_whose_system_says_no_length_is_read_up_to_the_bound()
    {
        Requires.Linux();
        Assert.Contains("Name:", UserFile.ReadAllText("/proc/self/status"), StringComparison.Ordinal);
        Assert.Throws<UnusableFileException>(() => UserFile.ReadAllText("/proc/self/status", 10));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("none/none")]
    [InlineData("a\0b")]
    public void File_that_is_not_there_is_that(string name)
    {
        Assert.ThrowsAny<IOException>(() => UserFile.ReadAllBytes(_folder[name], 10));
        Assert.False(UserFile.Check(_folder[name], 10));
    }

    public void Dispose() => _folder.Dispose();
}
