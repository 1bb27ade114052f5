using FleetBridge.Core.Hosting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Hosting;

public sealed class FolderFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Mine.dll")]
    [InlineData("Mine.Part.dll")]
    [InlineData("metadata.json")]
    public void Request_sees_a_change_of_what_a_build_writes(string file)
    {
        Write("Mine.dll", "Mine.pdb", "Mine.Part.dll", "Mine.Part.pdb", "Package.dll", "metadata.json");
        var before = FolderFingerprint.Read(_folder.Path);
        Assert.True(before.StillHolds());

        File.AppendAllText(_folder[file], "changed");

        Assert.False(before.StillHolds());
        Assert.False(before.IsLike(FolderFingerprint.Read(_folder.Path)));
    }

    [Fact]
    public void Request_leaves_a_packages_assembly_to_the_watch()
    {
        Write("Mine.dll", "Mine.pdb", "Package.dll");
        var before = FolderFingerprint.Read(_folder.Path);

        File.AppendAllText(_folder["Package.dll"], "changed");

        Assert.True(before.StillHolds());
        Assert.False(before.IsLike(FolderFingerprint.Read(_folder.Path)));
    }

    [Fact]
    public void Request_looks_at_every_assembly_where_none_has_debug_information()
    {
        Write("Mine.dll", "Other.dll");
        var before = FolderFingerprint.Read(_folder.Path);
        Assert.True(before.StillHolds());

        File.Delete(_folder["Other.dll"]);

        Assert.False(before.StillHolds());
    }

    [Fact]
    public void Folder_that_is_absent_is_empty_until_something_is_in_it()
    {
        var absent = FolderFingerprint.Read(_folder["absent"]);
        Assert.True(absent.IsEmpty);
        Assert.True(absent.StillHolds());

        Directory.CreateDirectory(_folder["absent"]);
        File.WriteAllText(_folder["absent", "Mine.dll"], "");

        Assert.False(absent.StillHolds());
    }

    [Theory]
    [InlineData("Mine.cs")]
    [InlineData("parts/Part.cs")]
    [InlineData("Mine.csproj")]
    [InlineData("obj/project.assets.json")]
    [InlineData("obj/Debug/net10.0/Mine.dll")]
    [InlineData(".vs/state.bin")]
    public void What_a_project_in_the_folder_is_made_of_is_no_part_of_the_build(string file)
    {
        Write("Mine.csproj", "Mine.dll", "Mine.pdb");
        var before = FolderFingerprint.Read(_folder.Path);
        WriteBelow(file);
        Assert.True(before.IsLike(FolderFingerprint.Read(_folder.Path)));
    }

    [Theory]
    [InlineData("Mine.csproj", "metadata.json")]
    [InlineData("Mine.csproj", "models/obj/house.obj")]
    [InlineData("Mine.dll", "templates/Script.cs")]
    [InlineData("Mine.dll", "obj/house.obj")]
    [InlineData("Mine.dll", ".data/words.txt")]
    public void What_a_backend_brings_along_is_part_of_the_build(string beside, string file)
    {
        Write(beside, "Mine.dll", "Mine.pdb");
        var before = FolderFingerprint.Read(_folder.Path);
        WriteBelow(file);
        Assert.False(before.IsLike(FolderFingerprint.Read(_folder.Path)));
    }

    private void WriteBelow(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], "another text");
    }

    private void Write(params string[] files)
    {
        foreach (var file in files)
        {
            File.WriteAllText(_folder[file], file);
        }
    }
}
