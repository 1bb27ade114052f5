using System.IO.Compression;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>Packages that are hard to upload, or cannot be: correct work or a clear error, and nothing left in AWS.</summary>
public sealed class HardPackageTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Package => _folder["package"];

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("a file")]
    public async Task Package_that_is_none_is_told_before_anything_is_asked_of_aws(string kind)
    {
        switch (kind)
        {
            case "empty":
                Directory.CreateDirectory(Package);
                break;
            case "a file":
                await File.WriteAllTextAsync(Package, "");
                break;
        }

        await FailAsync(Package);
    }

    [Fact]
    public async Task Names_of_any_language_arrive_as_they_are()
    {
        var root = GamePackage.Make(_folder["a b", "O'Neill \"größer\" 日本"]);
        await File.WriteAllTextAsync(Path.Combine(root, "日本語 – größe & co.txt"), "x");
        var names = await UploadAsync(root, "AMAZON_LINUX_2023");
        Assert.Contains("日本語 – größe & co.txt", names);
    }

    [Fact]
    public async Task Path_longer_than_windows_allows_is_uploaded()
    {
        Requires.Unix();
        GamePackage.Make(Package);
        var name = string.Join('/', Enumerable.Repeat(new string('d', 200), 15)) + "/file.txt";
        Directory.CreateDirectory(Path.Combine(Package, Path.GetDirectoryName(name)!));
        await File.WriteAllTextAsync(Path.Combine(Package, name), "deep");
        Assert.Contains(name, await UploadAsync(Package, "AMAZON_LINUX_2023"));
    }

    [Fact]
    public async Task Pipe_in_the_package_is_told_and_does_not_hang()
    {
        Requires.Unix();
        GamePackage.Make(Package);
        using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(Package, "pipe")]);
        await made.WaitForExitAsync();
        Assert.Contains("pipe", await FailAsync(Path.Combine(Package, "pipe")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_in_the_package_is_told()
    {
        Requires.Unix();
        GamePackage.Make(Package);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Package, "socket")));
        Assert.Contains("not a file", await FailAsync(Path.Combine(Package, "socket")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_that_a_link_leads_to_is_told()
    {
        Requires.Unix();
        GamePackage.Make(Package);
        File.CreateSymbolicLink(Path.Combine(Package, "endless"), "/dev/zero");
        await FailAsync(Path.Combine(Package, "endless"));
    }

    [Fact]
    public async Task File_that_may_not_be_read_is_told()
    {
        Requires.Unix();
        GamePackage.Make(Package);
        var secret = GamePackage.ContentOf(Package);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.None);
        }

        if (Environment.UserName == "root")
        {
            output.WriteLine("root reads everything: what is left of this test is that the upload works");
            await UploadAsync(Package, "WINDOWS_2022");
            return;
        }

        await FailAsync(secret);
    }

    [Theory]
    [InlineData("written")]
    [InlineData("cut")]
    [InlineData("removed")]
    public async Task File_that_changes_while_the_package_is_uploaded_ends_the_upload(string change)
    {
        GamePackage.Make(Package, 4 * GamePackage.SeveralParts);
        var file = GamePackage.ContentOf(Package);
        await using var deployment = await StartAsync();
        deployment.Aws.S3.Fault = call =>
        {
            if (call is { Operation: "UploadPart", PartNumber: 1 })
            {
                Change(file, change);
            }

            return null;
        };
        var (error, remedy) = await deployment.FailAsync("uploaded_build", "create", ("server_package_root", Package));
        output.WriteLine($"{error} {remedy}");
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains("during the upload", error, StringComparison.Ordinal);
        DeployedState.AssertNoBuild(deployment.Aws);
    }

    [Fact]
    public async Task File_of_five_gigabytes_is_uploaded_whole()
    {
        Requires.LargeFiles();
        const long Size = 5_000_000_000;
        GamePackage.Make(Package);
        await using (var file = File.Create(GamePackage.ContentOf(Package)))
        {
            file.SetLength(Size);
        }

        await using var deployment = await StartAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await deployment.SucceedAsync("uploaded_build", "create", ("server_package_root", Package));
        output.WriteLine($"{Size:N0} bytes in {watch.Elapsed.TotalSeconds:0.0} s");
        using var zip = new ZipArchive(new MemoryStream(Assert.Single(deployment.Aws.S3.Objects).Content!));
        Assert.Equal(Size, zip.GetEntry(Path.GetFileName(GamePackage.ContentOf(Package)))!.Length);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<AwsDeployment> StartAsync() => AwsDeployment.StartAsync(hurry: AwsDeployment.UploadHurry);

    private static void Change(string file, string change)
    {
        switch (change)
        {
            case "written":
                File.AppendAllText(file, "more");
                break;
            case "cut":
                using (var cut = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    cut.SetLength(1000);
                }

                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private async Task<string> FailAsync(string named)
    {
        await using var deployment = await StartAsync();
        var (error, remedy) = await deployment
            .FailAsync("uploaded_build", "create", ("server_package_root", Package))
            .WaitAsync(Eventually.Limit);
        output.WriteLine($"{error} {remedy}");
        PlainWords.Assert($"{error} {remedy}");
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.NotEmpty(remedy);
        Assert.Empty(deployment.Aws.Calls.Of("CreateBuild"));
        DeployedState.AssertNoBuild(deployment.Aws);
        return error;
    }

    private async Task<IReadOnlyList<string>> UploadAsync(string root, string operatingSystem)
    {
        await using var deployment = await StartAsync();
        await deployment.SucceedAsync(
            "uploaded_build", "create", ("server_package_root", root), ("server_package_os", operatingSystem));
        output.WriteLine(deployment.LogText);
        using var zip = new ZipArchive(new MemoryStream(Assert.Single(deployment.Aws.S3.Objects).Content!));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
