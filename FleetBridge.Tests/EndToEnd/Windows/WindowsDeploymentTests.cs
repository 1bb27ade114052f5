using System.IO.Compression;
using FleetBridge.Tests.EndToEnd.Deployments;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>A deployment's life by the release for Windows, against the emulated AWS.</summary>
[Collection(WindowsCollection.Name)]
public sealed class WindowsDeploymentTests(WindowsFixture fixture, ITestOutputHelper output) : EndToEndTest(output)
{
    private const string LaunchPath = @"C:\game\MyGame\Binaries\Win64\MyGameServer.exe";

    /// <summary>With the file's name more than 300 letters below the package, where Windows counts 260 in all.</summary>
    private static readonly string Deep = string.Join('/', Enumerable.Repeat(new string('d', 100), 3));

    private protected override Dictionary<string, string> Variables => new(Aws.Environment)
    {
        ["AWS_CONFIG_FILE"] = Wine.PathOf(Folder["aws-config"]),
        ["AWS_SHARED_CREDENTIALS_FILE"] = Wine.PathOf(Folder["aws-credentials"]),
        ["AWS_PROFILE"] = "",
    };

    [Fact]
    public async Task Build_is_uploaded_checked_and_deleted()
    {
        var wine = await fixture.RequireAsync();
        GamePackage.Make(Package, GamePackage.SeveralParts);
        Directory.CreateDirectory(Path.Combine(Package, Deep));
        await File.WriteAllTextAsync(Path.Combine(Package, Deep, "größe 日本.txt"), "deep");
        var absent = await RunWindowsAsync(wine, "check uploaded_build --json", 1);
        Assert.Equal("ABSENT", (string?)absent.Json["uploaded_build"]!["Details"]!["State"]);

        await RunWindowsAsync(wine, "create uploaded_build --wait", 0);
        var build = Assert.Single(Aws.Region().Builds, build => build.Name == "life-build");
        Assert.Equal("READY", build.Status);
        var stored = Assert.Single(Aws.S3.Objects, item => (item.Bucket, item.Key) == build.Location);
        using (var zip = new ZipArchive(new MemoryStream(stored.Content!)))
        {
            Assert.Equal(
                new[] { "MyGame/Binaries/Win64/MyGameServer.exe", $"{Deep}/größe 日本.txt", "install.bat", "z-content.pak" }.Order(StringComparer.Ordinal),
                zip.Entries.Where(entry => !entry.FullName.EndsWith('/')).Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        }

        var there = await RunWindowsAsync(wine, "check uploaded_build --json", 0);
        Assert.Equal("True", (string?)there.Json["uploaded_build"]!["Overall Result"]);
        await RunWindowsAsync(wine, "delete uploaded_build", 0);
        DeployedState.AssertNoBuild(Aws);
    }

    [Fact]
    public async Task All_is_created_checked_and_deleted_through_a_running_bridge()
    {
        var wine = await fixture.RequireAsync();
        GamePackage.Make(Package);
        await using var serving = await ServingProcess.AnnouncedAsync(wine.Start(
            State, ["serve", "--json", "--http-port", "0", "--websocket-port", "0"], Variables));
        var url = $"--url http://localhost:{serving.HttpPort}";
        await RunWindowsAsync(wine, $"create all {url} --wait", 0);
        DeployedState.AssertComplete(Aws, "life");
        var there = await RunWindowsAsync(wine, $"check all {url} --json", 0);
        Assert.All(there.Json, resource => Assert.Equal("True", (string?)resource.Value!["Overall Result"]));
        await RunWindowsAsync(wine, $"delete all {url}", 0);
        DeployedState.AssertGone(Aws, "life");
    }

    private async Task<FleetBridgeResult> RunWindowsAsync(Wine wine, string command, int code)
    {
        await using var program = wine.Start(
            State,
            [.. command.Split(' '), "--prefix", "life", "--server-package-root", Wine.PathOf(Package), "--fleet-launch-path", LaunchPath],
            Variables);
        program.EndInput();
        return await EndAsync(program, command, code);
    }
}
