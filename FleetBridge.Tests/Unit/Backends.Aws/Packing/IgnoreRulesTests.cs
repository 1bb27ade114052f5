using FleetBridge.Backends.Aws.Packing;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packing;

/// <summary>What git 2.39 itself says of the same lines (<c>git check-ignore --no-index</c>).</summary>
public sealed class IgnoreRulesTests
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "dir/a.log", true)]
    [InlineData("*.log\n!keep.log", "dir/keep.log", false)]
    [InlineData("!keep.log\n*.log", "dir/keep.log", true)]
    [InlineData("# a.log", "a.log", false)]
    [InlineData("\\#hash", "#hash", true)]
    [InlineData("\\!bang", "!bang", true)]
    [InlineData("a.log   ", "a.log", true)]
    [InlineData("sp\\ ", "sp ", true)]
    [InlineData("sp ", "sp ", false)]
    [InlineData("*.log\t", "a.log", false)]
    [InlineData("*.log\r\n*.txt\r\n", "a.log", true)]
    [InlineData("\ufeff*.log", "a.log", true)]
    [InlineData("/a.log", "a.log", true)]
    [InlineData("/a.log", "dir/a.log", false)]
    [InlineData("dir/*.log", "dir/a.log", true)]
    [InlineData("dir/*.log", "dir/sub/a.log", false)]
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo", "x/y/foo", true)]
    [InlineData("foo/**", "foo/a/b", true)]
    [InlineData("foo/**", "foo", false)]
    [InlineData("a/**/d.txt", "a/d.txt", true)]
    [InlineData("a/**/d.txt", "a/b/c/d.txt", true)]
    [InlineData("a**c", "abc", true)]
    [InlineData("**foo", "x/barfoo", true)]
    [InlineData("x/foo**", "x/foobar", true)]
    [InlineData("a[0-9].txt", "a1.txt", true)]
    [InlineData("a[!0-9].txt", "a1.txt", false)]
    [InlineData("a[^0-9].txt", "ab.txt", true)]
    [InlineData("a\\[1\\].txt", "a[1].txt", true)]
    [InlineData("a[[:digit:]].txt", "a1.txt", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("a[", "a[", false)]
    [InlineData("?.log", "a.log", true)]
    [InlineData("a/?", "a//", false)]
    [InlineData("Foo.txt", "foo.txt", false)]
    [InlineData("ü/", "ü", false)]
    [InlineData("/", "a", false)]
    [InlineData("", "a", false)]
    public void File_is_left_out_as_git_would(string rules, string path, bool ignored) =>
        Assert.Equal(ignored, new IgnoreRules(rules, ignoreCase: false).Ignores(path, isFolder: false));

    [Theory]
    [InlineData("ü/", "ü", true)]
    [InlineData("sub/", "dir/sub", true)]
    [InlineData("dir/sub/", "x/dir/sub", false)]
    [InlineData("**/", "dir", true)]
    [InlineData("build/*\n!build/keep/", "build/keep", false)]
    public void Folder_is_left_out_as_git_would(string rules, string path, bool ignored) =>
        Assert.Equal(ignored, new IgnoreRules(rules, ignoreCase: false).Ignores(path, isFolder: true));

    [Fact]
    public void Case_does_not_count_where_the_system_says_so()
    {
        var rules = new IgnoreRules("Foo[a-c].TXT", ignoreCase: true);
        Assert.True(rules.Ignores("fOOB.txt", isFolder: false));
        Assert.False(rules.Ignores("food.txt", isFolder: false));
    }

    [Fact]
    public async Task Many_stars_do_not_take_for_ever()
    {
        var rules = new IgnoreRules(string.Concat(Enumerable.Repeat("a*", 40)) + "b", ignoreCase: false);
        Assert.False(await Task.Run(() => rules.Ignores(new string('a', 4000), isFolder: false)).WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
