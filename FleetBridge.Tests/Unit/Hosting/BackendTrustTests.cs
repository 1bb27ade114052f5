using System.Runtime.Versioning;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

/// <summary>Which permissions let others put code into a backend.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BackendTrustTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Theory]
    [InlineData("", "0755", false)]
    [InlineData("", "0775", true)]
    [InlineData("", "0757", true)]
    [InlineData("", "1777", false)]
    [InlineData("probe", "0775", true)]
    [InlineData("probe", "1777", false)]
    [InlineData("probe/1", "0770", true)]
    [InlineData("probe/1", "0702", true)]
    [InlineData("probe/1", "1777", true)]
    [InlineData("probe/1/A.dll", "0664", true)]
    [InlineData("probe/1/A.dll", "0644", false)]
    [InlineData("probe/1/deep", "0777", true)]
    [InlineData("probe/1/deep/B.dll", "0666", true)]
    public void Others_can_write_where(string place, string mode, bool isDoubted)
    {
        Requires.Unix();
        var backend = Backend();
        var path = Path.Combine(_root.Path, "backends", place);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        var doubt = BackendTrust.FindDoubt(backend);
        if (!isDoubted)
        {
            Assert.Null(doubt);
            return;
        }

        Assert.StartsWith(Path.TrimEndingDirectorySeparator(path), doubt, StringComparison.Ordinal);
        Assert.Contains(mode.TrimStart('0'), doubt, StringComparison.Ordinal);
        Assert.Contains("chmod", doubt, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_that_is_not_there_is_no_doubt() =>
        Assert.Null(BackendTrust.FindDoubt(new BackendFolder("none", "1", _root["none", "1"])));

    public void Dispose() => _root.Dispose();

    private BackendFolder Backend()
    {
        var folder = _root["backends", "probe", "1"];
        Directory.CreateDirectory(Path.Combine(folder, "deep"));
        File.WriteAllText(Path.Combine(folder, "A.dll"), "");
        File.WriteAllText(Path.Combine(folder, "deep", "B.dll"), "");
        foreach (var entry in Directory.GetFileSystemEntries(_root.Path, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(entry, (UnixFileMode)Convert.ToInt32("0755", 8));
        }

        return new BackendFolder("probe", "1", folder);
    }
}
