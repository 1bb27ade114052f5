using System.Collections.Concurrent;
using System.Runtime.Versioning;
using FleetBridge.Fleet.Containers;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Fleet.Containers;

[UnsupportedOSPlatform("windows")]
public sealed class DockerInstallerTests(DockerEngine engine) : IClassFixture<DockerEngine>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<InstallProgress> _progress = [];

    [Fact]
    public async Task Pull_reports_progress_and_keeps_the_images_id()
    {
        engine.Require();
        var name = await engine.PublishAsync("games/pulled:1", 20_000_000);

        var installation = await InstallAsync(name);

        Assert.StartsWith($"{name[..name.LastIndexOf(':')]}@sha256:", installation.Version, StringComparison.Ordinal);
        Assert.True(installation.Bytes > 20_000_000);
        Assert.StartsWith("sha256:", InstalledImage.Read(_folder["install"]), StringComparison.Ordinal);
        Assert.Contains(_progress, report => report is { Phase: "downloading", Percent: > 0 and < 100, Total: > 20_000_000 });
        Assert.Contains(_progress, report => report is { Phase: "downloading", Percent: 100 });
    }

    [Fact]
    public async Task Pull_that_fails_after_its_response_has_begun_is_a_failure()
    {
        engine.Require();
        var name = await engine.PublishAsync("games/broken:1", 1_000_000);
        foreach (var blob in Directory.EnumerateFiles(engine.RegistryFolder, "data", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 500_000))
        {
            File.Delete(blob);
        }

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(name));

        Assert.Contains(error.Code, new[] { "pull_failed", "no_image" });
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Null(InstalledImage.Read(_folder["install"]));
    }

    [Fact]
    public async Task Tag_that_the_registry_does_not_have_is_told()
    {
        engine.Require();
        var name = await engine.PublishAsync("games/known:1", 0);

        var error = await Assert.ThrowsAsync<InstallException>(() => InstallAsync(name.Replace("known:1", "known:2", StringComparison.Ordinal)));

        Assert.Equal(("no_image", false), (error.Code, error.IsRetryable));
        Assert.Contains("games/known:2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_that_only_the_engine_has_is_used()
    {
        engine.Require();
        await engine.ImportAsync("127.0.0.1:1/own:3", 0);

        var installation = await InstallAsync("127.0.0.1:1/own:3");

        Assert.Equal(installation.Version, InstalledImage.Read(_folder["install"]));
    }

    [Fact]
    public async Task Machine_without_an_engine_says_so()
    {
        Requires.Linux();
        using var none = new ContainerEngine(
            new ContainerOptions { DataFolder = _folder.Path, Endpoint = new Uri($"unix://{_folder["no.sock"]}") }, TimeProvider.System);
        await using var runner = new DockerRunner(none, NullLogger.Instance);
        InstalledImage.Write(_folder.Path, "sha256:1");

        Assert.False(new DockerInstaller(none).IsAvailable(out var reason));
        Assert.Contains("There is no container engine", reason, StringComparison.Ordinal);
        Assert.Contains("DOCKER_HOST", reason, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<StartException>(() => runner.StartAsync(
            new StartRequest
            {
                ServerId = "s1",
                RunId = "r1",
                GameId = GameId.Parse("docker:game:1"),
                ServerFolder = _folder.Path,
                InstallFolder = _folder.Path,
                Configuration = new ServerConfiguration(),
                LogCapBytes = 1,
                FreeSpaceFloorBytes = 0,
            },
            TestContext.Current.CancellationToken));
        Assert.Equal(("no_engine", true), (error.Code, error.IsRetryable));
        Assert.Empty(await runner.AdoptAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Installation> InstallAsync(string image)
    {
        using var client = new ContainerEngine(new ContainerOptions { DataFolder = _folder.Path, Endpoint = engine.Endpoint }, TimeProvider.System);
        return await new DockerInstaller(client).InstallAsync(
            new InstallRequest
            {
                ServerId = "s1",
                GameId = GameId.Parse($"docker:{image}"),
                Folder = Directory.CreateDirectory(_folder["install"]).FullName,
            },
            new Told(_progress),
            NullLogger.Instance,
            TestContext.Current.CancellationToken);
    }

    private sealed class Told(ConcurrentQueue<InstallProgress> all) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => all.Enqueue(value);
    }
}
