using FleetBridge.Core.Contract;
using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class BackendFolderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("Only.dll", "Only.dll")]
    [InlineData("Only.dll FleetBridge.Backends.dll", "Only.dll")]
    [InlineData("Only.dll backends.dll Only.pdb notes.txt", "Only.dll")]
    [InlineData("A.dll B.dll B.deps.json", "B.dll")]
    [InlineData("A.dll B.dll B.deps.json Gone.deps.json", "B.dll")]
    [InlineData("A.dll FleetBridge.Backends.dll Backends.deps.json", "A.dll")]
    public void Entry_assembly_is_the_one_with_dependencies_or_the_only_one(string files, string expected) =>
        Assert.Equal(expected, Folder(files).FindEntryAssembly());

    [Theory]
    [InlineData("notes.txt", "There is no assembly in")]
    [InlineData("FleetBridge.Backends.dll", "There is no assembly in")]
    [InlineData("A.dll B.dll", "It is not clear which assembly")]
    [InlineData("A.dll B.dll A.deps.json B.deps.json", "It is not clear which assembly")]
    public void Entry_assembly_that_is_not_clear_is_an_error_that_names_the_folder(string files, string expected)
    {
        var folder = Folder(files);
        var error = Assert.Throws<BackendLoadException>(folder.FindEntryAssembly);
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_takes_the_first_of_two_alike_and_skips_what_is_no_backend()
    {
        Folder("A.dll", "one", "b", "1");
        Folder("A.dll", "one", "a", "2");
        Folder("A.dll", "two", "a", "2");
        Folder("A.dll", "two", "a", "1");
        Folder("", "two", "empty", "1");
        File.WriteAllText(_root["two", "file"], "");
        var found = BackendFolder.Find([_root["one"], _root["two"], _root["absent"]], out var shadowed);
        Assert.Equal(
            [_root["two", "a", "1"], _root["one", "a", "2"], _root["one", "b", "1"]], found.Select(folder => folder.Path));
        Assert.Equal([_root["two", "a", "2"]], shadowed.Select(folder => folder.Path));
    }

    private BackendFolder Folder(string files, params string[] place)
    {
        var path = Directory.CreateDirectory(_root[place is [] ? ["some", "1"] : place]).FullName;
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            File.WriteAllText(Path.Combine(path, file), "");
        }

        return new BackendFolder("some", "1", path);
    }
}
