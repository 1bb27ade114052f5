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
        var survey = PackageManifest.Run(Root, Linux);
        Assert.Equal(["A.txt", "b.txt", "b/c.txt", "größe/ゲーム 'x'.pak"], survey.Files.Select(file => file.Name));
        Assert.Equal(8, survey.TotalBytes);
        Assert.Empty(survey.Warnings);
        Assert.Empty(survey.ExcludedFiles.Sentences());
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
        AssertRefused(Linux, Root, "has no files");
    }

    [Fact]
    public void Root_of_which_nothing_is_left_is_an_error()
    {
        Write("a.txt", "1");
        Write(IgnoreRules.FileName, "*");
        AssertRefused(Linux, IgnoreRules.FileName, "all of its 1 file");
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
        var survey = PackageManifest.Run(Root, Linux);
        Assert.Equal(["d.pdb", "keep.txt"], survey.Files.Select(file => file.Name));
        Assert.Equal((3, 13L), (survey.ExcludedFiles.IgnoredFiles, survey.ExcludedFiles.IgnoredBytes));
        Assert.Equal(["Empty"], survey.ExcludedFiles.EmptyFolders);
        Assert.Equal(2, survey.ExcludedFiles.Sentences().Count());
        Assert.Contains("3 files (13 bytes)", survey.ExcludedFiles.Sentences().First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_within_the_package_are_followed_and_counted()
    {
        Requires.Unix();
        Write("lib/libx.so.1", "123");
        Link("lib/libx.so", "libx.so.1");
        Link("more", "lib");
        var survey = PackageManifest.Run(Root, Linux);
        Assert.Equal(["lib/libx.so", "lib/libx.so.1", "more/libx.so", "more/libx.so.1"], survey.Files.Select(file => file.Name));
        Assert.All(survey.Files, file => Assert.Equal(3, file.Size));
        Assert.Equal(["lib/libx.so", "more", "more/libx.so"], survey.ExcludedFiles.FollowedLinks.Order());
    }

    [Fact]
    public void Package_behind_a_link_may_have_links_by_its_real_path()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Link("b.txt", _folder["package", "a.txt"]);
        File.CreateSymbolicLink(_folder["way"], Root);
        Assert.Equal(2, PackageManifest.Run(_folder["way"], Linux).Files.Count);
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
        AssertRefused(Linux, "out leads out of the package, to ../outside.txt", "to ../package-2", "nowhere.txt, which does not exist",
            "go in a circle", "up leads to " + Root);
    }

    [Fact]
    public void Pipe_is_an_error_and_is_not_waited_for()
    {
        Requires.Unix();
        Write("a.txt", "1");
        Process.Start("mkfifo", _folder["package", "pipe"]).WaitForExit();
        AssertRefused(Linux, _folder["package", "pipe"], "not a file");
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
    public void Names_that_windows_cannot_have_are_all_told()
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
        Assert.Equal(names.Length + 4, PackageManifest.Run(Root, Linux).Files.Count);
    }

    [Fact]
    public void Names_that_only_look_like_devices_are_fine_on_windows()
    {
        Write("console.txt", "1");
        Write("com0", "1");
        Write("a.con", "1");
        Write(".hidden", "1");
        Assert.Equal(4, PackageManifest.Run(Root, Windows).Files.Count);
    }

    [Fact]
    public void Path_that_is_too_long_on_windows_is_a_warning()
    {
        Requires.Unix();
        var name = string.Join('/', Enumerable.Repeat(new string('x', 62), 4)) + "/";
        Write(name + "b", "1"); // 8 + 253 = 261
        var warning = Assert.Single(PackageManifest.Run(Root, Windows).Warnings);
        Assert.Contains(name + "b", warning, StringComparison.Ordinal);
        Assert.Contains("261", warning, StringComparison.Ordinal);
        Assert.Empty(PackageManifest.Run(Root, Linux).Warnings);
    }

    [Fact]
    public void File_that_changes_after_the_survey_is_noticed()
    {
        Write("a.txt", "1");
        var survey = PackageManifest.Run(Root, Linux);
        survey.AssertUnchanged();
        File.SetLastWriteTimeUtc(survey.Files[0].Path, survey.Files[0].ModifiedUtc.AddSeconds(1));
        Assert.Contains(survey.Files[0].Path, Assert.Throws<BackendException>(survey.AssertUnchanged).Message, StringComparison.Ordinal);
    }

    private void AssertRefused(string system, params string[] texts)
    {
        var error = Assert.Throws<BackendException>(() => PackageManifest.Run(Root, system));
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
