using System.Diagnostics;
using System.Net.Sockets;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packing;

public sealed class PackageManifestTests : IDisposable
{
    private const string Linux = "AMAZON_LINUX_2023";
    private const string Windows = "WINDOWS_2022";

    private readonly TemporaryFolder _folder = new();

    private string Root => _folder["package"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_listed_in_the_order_of_their_names_with_forward_slashes()
    {
        Write("b/c.txt", "12345");
        Write("b.txt", "1");
        Write("A.txt", "");
        Write("größe/ゲーム 'x'.pak", "12");
        var manifest = PackageManifest.Read(Root, Linux);
        Assert.Equal(["A.txt", "b.txt", "b/c.txt", "größe/ゲーム 'x'.pak"], manifest.Files.Select(file => file.Name));
        Assert.Equal(8, manifest.TotalBytes);
        Assert.Empty(manifest.Warnings);
        Assert.Empty(manifest.ExcludedFiles.Sentences());
    }

    [Fact]
    public void Missing_root_is_an_error() => AssertRefused(Linux, Root, "does not exist");

    [Fact]
    public void Root_that_is_a_file_is_an_error()
    {
        File.WriteAllText(Root, "x");
        AssertRefused(Linux, Root, "is a file");
    }

    [Fact]
    public void Empty_root_is_an_error()
    {
        Directory.CreateDirectory(_folder["package", "empty"]);
        AssertRefused(Linux, Root, "contains no files");
    }

    [Fact]
    public void Root_of_which_nothing_is_left_is_an_error()
    {
        Write("a.txt", "1");
        Write(IgnoreRules.FileName, "*");
        AssertRefused(Linux, IgnoreRules.FileName, "excludes all 1 file");
    }

    [Fact]
    public void What_is_left_out_is_counted()
    {
        Write("keep.txt", "1");
        Write("Saved/Logs/a.log", "1234");
        Write("Saved/b.log", "12");
        Write("c.pdb", "1234567");
        Write(IgnoreRules.FileName, "Saved/\n*.pdb\n!d.pdb\n");
        Write("d.pdb", "1");
        Directory.CreateDirectory(_folder["package", "Empty"]);
        var manifest = PackageManifest.Read(Root, Linux);
        Assert.Equal(["d.pdb", "keep.txt"], manifest.Files.Select(file => file.Name));
        Assert.Equal((3, 13L), (manifest.ExcludedFiles.IgnoredFiles, manifest.ExcludedFiles.IgnoredBytes));
        Assert.Equal(["Empty"], manifest.ExcludedFiles.EmptyFolders);
        Assert.Equal(2, manifest.ExcludedFiles.Sentences().Count());
        Assert.Contains("3 files (13 bytes)", manifest.ExcludedFiles.Sentences().First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_within_the_package_are_followed_and_counted()
    {
        Requires.Unix();
        Write("lib/libx.so.1", "123");
        Link("lib/libx.so", "libx.so.1");
        Link("more", "lib");
        var manifest = PackageManifest.Read(Root, Linux);
        Assert.Equal(["lib/libx.so", "lib/libx.so.1", "more/libx.so", "more/libx.so.1"], manifest.Files.Select(file => file.Name));
        Assert.All(manifest.Files, file => Assert.Equal(3, file.Size));
        Assert.Equal(["lib/libx.so", "more", "more/libx.so"], manifest.ExcludedFiles.FollowedLinks.Order());
    }

    [Fact]
    public void Package_behind_a_link_may_have_links_by_its_real_path()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Link("b.txt", _folder["package", "a.txt"]);
        File.CreateSymbolicLink(_folder["way"], Root);
        Assert.Equal(2, PackageManifest.Read(_folder["way"], Linux).Files.Count);
    }

    [Fact]
    public void Links_that_cannot_be_followed_are_all_named_with_their_targets()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Write("../outside.txt", "1");
        Link("out", "../outside.txt");
        Link("beside", "../package-2");
        Link("gone", "nowhere.txt");
        Link("loop", "loop");
        Link("sub/up", "..");
        AssertRefused(Linux, "out points outside the package, to ../outside.txt", "to ../package-2", "nowhere.txt, which does not exist",
            "form a circle", "up points to " + Root);
    }

    [Fact]
    public void Pipe_is_an_error_and_is_not_waited_for()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Process.Start("mkfifo", _folder["package", "pipe"]).WaitForExit();
        AssertRefused(Linux, _folder["package", "pipe"], "not a file");
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("device")]
    [InlineData("link to a pipe")]
    [InlineData("socket")]
    [InlineData("huge")]
    public void List_of_exclusions_that_is_no_file_is_named(string kind)
    {
        Requires.Unix();
        Write("a.txt", "1");
        OddFile.Make(_folder["package", ".fleetbridgeignore"], kind);
        AssertRefused(Linux, _folder["package", ".fleetbridgeignore"]);
    }

    [Fact]
    public void Unreadable_files_are_named()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Write("b.txt", "1");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["package", "b.txt"], UnixFileMode.None);
        }

        if (CanReadAnything(_folder["package", "b.txt"]))
        {
            // root reads everything; a socket is a file that even root cannot open
            File.Delete(_folder["package", "b.txt"]);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(_folder["package", "b.txt"]));
            AssertRefused(Linux, $"The file {_folder["package", "b.txt"]} cannot be read");
            return;
        }

        AssertRefused(Linux, $"The file {_folder["package", "b.txt"]} cannot be read");
    }

    [Fact]
    public void Names_that_windows_cannot_have_are_all_reported()
    {
        Requires.Unix();
        string[] names = ["a:b.txt", "con.txt", "dot.", "space ", "back\\slash", "lpt1", "sub./x", "q?.txt"];
        foreach (var name in names)
        {
            Write(name, "1");
        }

        Write("Readme.txt", "1");
        Write("README.txt", "1");
        Write("data", "1");
        Write("Data/x", "1");
        AssertRefused(Windows, [.. names, "Readme.txt", "the folder of Data/x"]);
        Assert.Equal(names.Length + 4, PackageManifest.Read(Root, Linux).Files.Count);
    }

    [Fact]
    public void Names_that_only_look_like_devices_are_fine_on_windows()
    {
        Write("console.txt", "1");
        Write("com0", "1");
        Write("a.con", "1");
        Write(".hidden", "1");
        Assert.Equal(4, PackageManifest.Read(Root, Windows).Files.Count);
    }

    [Fact]
    public void Path_that_is_too_long_on_windows_is_a_warning()
    {
        Requires.Unix();
        var name = string.Join('/', Enumerable.Repeat(new string('x', 62), 4)) + "/";
        Write(name + "b", "1"); // 8 + 253 = 261
        var warning = Assert.Single(PackageManifest.Read(Root, Windows).Warnings);
        Assert.Contains(name + "b", warning, StringComparison.Ordinal);
        Assert.Contains("261", warning, StringComparison.Ordinal);
        Assert.Empty(PackageManifest.Read(Root, Linux).Warnings);
    }

    [Fact]
    public void File_that_changes_after_the_manifest_is_noticed()
    {
        Write("a.txt", "1");
        var manifest = PackageManifest.Read(Root, Linux);
        manifest.AssertUnchanged();
        File.SetLastWriteTimeUtc(manifest.Files[0].Path, manifest.Files[0].ModifiedUtc.AddSeconds(1));
        Assert.Contains(manifest.Files[0].Path, Assert.Throws<BackendException>(manifest.AssertUnchanged).Message, StringComparison.Ordinal);
    }

    private void AssertRefused(string system, params string[] texts)
    {
        var error = Assert.Throws<BackendException>(() => PackageManifest.Read(Root, system));
        Assert.NotNull(error.Remedy);
        Assert.All(texts, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    private static bool CanReadAnything(string file)
    {
        try
        {
            File.ReadAllBytes(file);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Link(string name, string target)
    {
        var link = _folder[["package", .. name.Split('/')]];
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }

    private void Write(string name, string text)
    {
        var file = _folder[["package", .. name.Split('/')]];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
