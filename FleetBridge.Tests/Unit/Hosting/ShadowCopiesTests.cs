using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class ShadowCopiesTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private string State => _root["state"];

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Sweep_deletes_what_a_dead_process_left_and_keeps_what_is_held()
    {
        using var held = ShadowCopies.Open(State);
        var heldCopy = held.Create(Backend(), 1);
        var stale = Directory.CreateDirectory(_root["state", "generations", "1-stale"]).FullName;
        File.WriteAllText(Path.Combine(stale, ".lock"), "");
        Directory.CreateDirectory(Path.Combine(stale, "probe-1-1"));
        var beginning = Directory.CreateDirectory(_root["state", "generations", "2-beginning"]).FullName;

        using (var copies = ShadowCopies.Open(State))
        {
            var copy = copies.Create(Backend(), 1);
            copies.SweepStale(TimeProvider.System);
            Assert.False(Directory.Exists(stale));
            Assert.True(Directory.Exists(beginning), "a folder that is just being made has no lock yet");
            Assert.True(File.Exists(Path.Combine(heldCopy, "deep", "A.dll")));
            Assert.True(File.Exists(Path.Combine(copy, "deep", "A.dll")));
        }

        Assert.True(File.Exists(Path.Combine(heldCopy, "deep", "A.dll")));
        held.Dispose();
        Assert.Equal([beginning], Directory.GetDirectories(_root["state", "generations"]));
    }

    [Theory]
    [InlineData("own", true, 2, false)]
    [InlineData("own", false, 2, false)]
    [InlineData("younger", true, 0, true)]
    [InlineData("younger", false, 0, false)]
    [InlineData("younger", false, 2, true)]
    [InlineData("gone", true, 0, true)]
    [InlineData("gone", false, 2, true)]
    [InlineData("elsewhere", true, 0, true)]
    [InlineData("elsewhere", false, 0, false)]
    [InlineData("1-aaaaaaaa.aaa", false, 72, true)]
    [InlineData("1-aaaaaaaa.aaa", false, 0, false)]
    public void Copies_are_swept_when_their_process_is_gone(string owner, bool hasLock, int hours, bool isSwept)
    {
        var own = CopyOwner.Own;
        var folder = _root["state", "generations", owner switch
        {
            "own" => $"{own.Process.Id}-{own.Process.Started}-{own.Machine}-x",
            "younger" => $"{own.Process.Id}-{own.Process.Started - 3600}-{own.Machine}-x",
            "gone" => $"{int.MaxValue}-1-{own.Machine}-x",
            "elsewhere" => $"{own.Process.Id}-{own.Process.Started}-another-x",
            _ => owner,
        }];
        Directory.CreateDirectory(Path.Combine(folder, "probe-1-1"));
        if (hasLock)
        {
            File.WriteAllText(Path.Combine(folder, ".lock"), "");
        }

        Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(hours));
        using var copies = ShadowCopies.Open(State);
        copies.SweepStale(TimeProvider.System);
        Assert.Equal(isSwept, !Directory.Exists(folder));
    }

    [Fact]
    public void Copies_in_the_temporary_folder_are_swept_and_what_only_looks_like_them_is_not()
    {
        var stale = Directory.CreateTempSubdirectory(ShadowCopies.TemporaryPrefix).FullName;
        var others = Directory.CreateTempSubdirectory(ShadowCopies.TemporaryPrefix).FullName;
        try
        {
            var copies = Path.Combine(stale, $"{int.MaxValue}-1-{CopyOwner.Own.Machine}-x");
            Directory.CreateDirectory(Path.Combine(copies, "probe-1-1"));
            File.WriteAllText(Path.Combine(copies, ".lock"), "");
            File.WriteAllText(Path.Combine(others, "mine"), "");
            using var open = ShadowCopies.Open(State);
            open.SweepStale(TimeProvider.System);
            Assert.False(Directory.Exists(stale));
            Assert.True(File.Exists(Path.Combine(others, "mine")));
        }
        finally
        {
            Directory.Delete(others, recursive: true);
        }
    }

    [Fact]
    public void Create_of_the_same_generation_twice_gives_two_copies()
    {
        using var copies = ShadowCopies.Open(State);
        var first = copies.Create(Backend(), 1);
        var second = copies.Create(Backend(), 1);
        ShadowCopies.TryDelete(first);
        Assert.False(Directory.Exists(first));
        Assert.True(File.Exists(Path.Combine(second, "deep", "A.dll")));
    }

    [Fact]
    public void State_folder_that_cannot_be_made_is_replaced_by_a_temporary_one_that_goes_again()
    {
        File.WriteAllText(State, "a file where the folder should be");
        string copy;
        using (var copies = ShadowCopies.Open(State))
        {
            copy = copies.Create(Backend(), 1);
            copies.SweepStale(TimeProvider.System);
            Assert.True(File.Exists(Path.Combine(copy, "deep", "A.dll")));
        }

        var temporary = Path.GetDirectoryName(Path.GetDirectoryName(copy))!;
        Assert.StartsWith(Path.Combine(Path.GetTempPath(), ShadowCopies.TemporaryPrefix), temporary, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary));
    }

    [Fact]
    public void Create_leaves_the_sources_and_intermediates_of_a_project_where_they_are()
    {
        var backend = Backend();
        foreach (var file in new[] { "A.csproj", "A.cs", "metadata.json" })
        {
            File.WriteAllText(Path.Combine(backend.Path, file), "");
        }

        BackendBuild.Write(Path.Combine(backend.Path, "obj", "Debug"), [1, 2, 3], "A.dll");
        using var copies = ShadowCopies.Open(State);
        var copy = copies.Create(backend, 1);
        Assert.Equal(
            [Path.Combine("deep", "A.dll"), "metadata.json"],
            Directory.GetFiles(copy, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(copy, file)).Order(StringComparer.Ordinal));
    }

    private BackendFolder Backend()
    {
        BackendBuild.Write(_root["backends", "probe", "1", "deep"], [1, 2, 3], "A.dll");
        return new BackendFolder("probe", "1", _root["backends", "probe", "1"]);
    }
}
