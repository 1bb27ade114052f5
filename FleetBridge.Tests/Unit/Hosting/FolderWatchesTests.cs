using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class FolderWatchesTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly List<OpenedWatch> _opened = [];
    private readonly List<string> _changed = [];
    private readonly FolderWatches _watches;

    public FolderWatchesTests() => _watches = new FolderWatches((folder, changed) =>
    {
        var watch = new OpenedWatch(folder, changed);
        _opened.Add(watch);
        return watch;
    });

    public void Dispose()
    {
        _watches.Dispose();
        Assert.All(_opened, watch => Assert.True(watch.IsDisposed));
        _root.Dispose();
    }

    [Fact]
    public void Sixty_backends_of_two_roots_have_two_watches()
    {
        foreach (var i in Enumerable.Range(0, 60))
        {
            Watch(i < 50 ? "first" : "second", $"hello{i}");
            Watch(i < 50 ? "first" : "second", $"hello{i}");
        }

        Assert.Equal([_root["first"], _root["second"]], _opened.Select(watch => watch.Folder));
    }

    [Fact]
    public void Change_is_reported_to_the_backend_that_it_concerns()
    {
        Watch("root", "a");
        Watch("root", "ab");
        _opened[0].Changed(_root["root", "a", "1", "deep", "A.dll"]);
        Assert.Equal(["a"], _changed);
        _opened[0].Changed(_root["root", "ab", "1"]);
        Assert.Equal(["a", "ab"], _changed);

        // another version, a backend that is not known, and a file beside the backends
        _opened[0].Changed(_root["root", "a", "2", "A.dll"]);
        _opened[0].Changed(_root["root", "c", "1", "A.dll"]);
        _opened[0].Changed(_root["root", "notes.txt"]);
        Assert.Equal(["a", "ab"], _changed);
    }

    [Fact]
    public void Change_of_a_parent_folder_and_lost_notifications_concern_every_backend_below()
    {
        Watch("root", "a");
        Watch("root", "b");
        _opened[0].Changed(_root["root", "b"]);
        Assert.Equal(["b"], _changed);
        _opened[0].Changed(null);
        Assert.Equal(["a", "b", "b"], _changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Root_that_was_deleted_and_created_again_is_watched_again()
    {
        Watch("root", "a");
        _opened[0].IsCurrent = false;
        Watch("root", "a");
        Assert.Equal([true, false], _opened.Select(watch => watch.IsDisposed));
        _opened[1].Changed(_root["root", "a", "1", "A.dll"]);
        Assert.Equal(["a"], _changed);
    }

    [Fact]
    public void Forgotten_backend_is_not_called()
    {
        Watch("root", "a");
        _watches.Forget(_root["root", "a", "1"]);
        _opened[0].Changed(null);
        Assert.Empty(_changed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linked_backend_has_a_watch_of_its_own_since_links_below_a_watched_folder_are_not_followed(bool isVersion)
    {
        Requires.Unix();
        Directory.CreateDirectory(_root["elsewhere", "1"]);
        Directory.CreateDirectory(isVersion ? _root["root", "linked"] : _root["root"]);
        Directory.CreateSymbolicLink(isVersion ? _root["root", "linked", "1"] : _root["root", "linked"], isVersion ? _root["elsewhere", "1"] : _root["elsewhere"]);
        Watch("root", "a");
        Watch("root", "linked");
        Assert.Equal([_root["root"], _root["root", "linked", "1"]], _opened.Select(watch => watch.Folder));
        _opened[1].Changed(_root["root", "linked", "1", "A.dll"]);
        Assert.Equal(["linked"], _changed);
    }

    private void Watch(string root, string name) => _watches.Watch(_root[root, name, "1"], () => _changed.Add(name));

    private sealed class OpenedWatch(string folder, Action<string?> changed) : IFolderWatch
    {
        public string Folder { get; } = folder;

        public Action<string?> Changed { get; } = changed;

        public bool IsCurrent { get; set; } = true;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
