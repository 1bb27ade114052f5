using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using FleetBridge.Core.Processes;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A Docker Engine of its own, in a temporary folder and without network: Debian's dockerd, for root on Linux. Each test begins with
/// <see cref="Require"/>, since the fixture of a class is made before its tests can be skipped.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    /// <summary>An image whose only program is the tests' game server, at <c>/game_server</c>.</summary>
    public const string GameImage = "fleetbridge-game:1";

    private const string Program = "/usr/sbin/dockerd";
    private const string RegistryProgram = "/usr/bin/docker-registry";

    private readonly TemporaryFolder _folder = new();
    private Process? _engine;
    private Process? _registry;
    private string? _problem;

    /// <summary>Its address.</summary>
    internal Uri Endpoint => new($"unix://{_folder["docker.sock"]}");

    /// <summary>A client of it.</summary>
    internal DockerClient Client { get; private set; } = null!;

    /// <summary>The folder of the registry's content.</summary>
    internal string RegistryFolder => _folder["registry"];

    /// <summary>Skips the test where it did not start.</summary>
    internal void Require() => Assert.SkipWhen(_problem is not null, _problem ?? "");

    public async ValueTask InitializeAsync()
    {
        _problem = !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "It starts a Docker Engine, which needs root on Linux."
            : !File.Exists(Program) ? $"There is no {Program} (Debian: apt-get install docker.io)."
            : !CompiledFixture.HasCompiler ? "There is no gcc for the image's program (Debian: apt-get install gcc libc6-dev)." : null;
        if (_problem is not null)
        {
            return;
        }

        Client = new DockerClientBuilder().WithEndpoint(Endpoint).WithTimeout(Timeout.InfiniteTimeSpan).Build();
        if (!await StartAsync())
        {
            _problem = $"The Docker Engine does not start here: {string.Join(' ', File.ReadLines(_folder["log"]).TakeLast(3))}";
            return;
        }

        await ImportAsync(GameImage, 0);
    }

    /// <summary>Starts it.</summary>
    /// <returns>Whether it answers.</returns>
    internal async Task<bool> StartAsync()
    {
        File.Delete(_folder["docker.pid"]);
        File.Delete(_folder["docker.sock"]);
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", "exec \"$0\" \"$@\" >>\"$LOG\" 2>&1", Program,
            "--data-root", _folder["data"], "--exec-root", _folder["exec"], "--pidfile", _folder["docker.pid"], "-H", $"{Endpoint}",
            "--storage-driver", "vfs", "--iptables=false", "--ip6tables=false", "--bridge=none", "--ip-forward=false", "--live-restore",
            "--log-level", "warn", "--shutdown-timeout", "5",
        ]);
        start.Environment["LOG"] = _folder["log"];
        _engine = Process.Start(start)!;
        var answers = false;
        await Eventually.TrueAsync(async () => (answers = await AnswersAsync()) || _engine.HasExited, "an engine that answers");
        return answers;
    }

    /// <summary>Kills it, and the containerd that it has started. The containers live on.</summary>
    internal async Task KillAsync()
    {
        var containerd = int.Parse(await File.ReadAllTextAsync(_folder["exec", "containerd", "containerd.pid"]), CultureInfo.InvariantCulture);
        _engine!.Kill();
        await _engine.WaitForExitAsync();
        _engine.Dispose();
        Run("/bin/sh", "-c", "kill -KILL \"$0\" 2>/dev/null || true", $"{containerd}");

        // the next one would take it for one that it can use
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{containerd}") || ProcessIdentity.IsZombie(containerd), "the end of containerd");
        foreach (var name in new[] { "containerd.pid", "containerd.sock", "containerd.sock.ttrpc", "containerd-debug.sock" })
        {
            File.Delete(_folder["exec", "containerd", name]);
        }
    }

    /// <summary>Makes an image of the game server and so many random bytes.</summary>
    internal async Task ImportAsync(string name, int bytes)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(GameServerProgram.Path, "game_server");
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "saved") { Mode = (UnixFileMode)0b111_111_111 });
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "saved/shipped") { DataStream = new MemoryStream("shipped"u8.ToArray()) });
            var random = new byte[bytes];
            new Random(1).NextBytes(random);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "pak") { DataStream = new MemoryStream(random) });
        }

        tar.Position = 0;
        var colon = name.LastIndexOf(':');
        await Client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = name[..colon], Tag = name[(colon + 1)..] }, tar, null, new Progress<JSONMessage>());
    }

    /// <summary>Puts an image into a registry on this machine, and away from the engine.</summary>
    /// <returns>The image's name there.</returns>
    internal async Task<string> PublishAsync(string name, int bytes)
    {
        Assert.SkipUnless(File.Exists(RegistryProgram), $"There is no {RegistryProgram} (Debian: apt-get install docker-registry).");
        var port = await StartRegistryAsync();
        var published = $"127.0.0.1:{port}/{name}";
        await ImportAsync(published, bytes);
        await Client.Images.PushImageAsync(
            published[..published.LastIndexOf(':')],
            new ImagePushParameters { Tag = name[(name.LastIndexOf(':') + 1)..] },
            new AuthConfig(),
            new Progress<JSONMessage>());
        await Client.Images.DeleteImageAsync(published, new ImageDeleteParameters { Force = true });
        return published;
    }

    public async ValueTask DisposeAsync()
    {
        if (_problem is null)
        {
            foreach (var container in await Client.Containers.ListContainersAsync(new ContainersListParameters { All = true }))
            {
                await Client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
            }
        }

        Client?.Dispose();
        await EndAsync(_registry);
        await EndAsync(_engine);
        Run("/bin/sh", "-c", "grep -o \"$0[^ ]*\" /proc/self/mounts | sort -r | xargs -r umount", _folder.Path);
        Run("/bin/sh", "-c", "for folder in /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker; do [ -d \"$folder\" ] && rmdir \"$folder\"; done 2>/dev/null");
        _folder.Dispose();
    }

    private static async Task EndAsync(Process? process)
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            Run("/bin/kill", "-TERM", $"{process.Id}");
            using var limit = new CancellationTokenSource(Eventually.Limit);
            await process.WaitForExitAsync(limit.Token);
        }

        process.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }

    private async Task<int> StartRegistryAsync()
    {
        var port = FreePorts.Take();
        await File.WriteAllTextAsync(
            _folder["registry.yml"],
            $"version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {RegistryFolder}\nhttp:\n  addr: 127.0.0.1:{port}\n");
        await EndAsync(_registry);
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" serve \"$1\" >>\"$2\" 2>&1", RegistryProgram, _folder["registry.yml"], _folder["log"]]);
        _registry = Process.Start(start)!;
        await Eventually.TrueAsync(
            async () =>
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            "a registry");
        return port;
    }

    private async Task<bool> AnswersAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await Client.System.PingAsync(limit.Token);
            return true;
        }
        catch (Exception exception) when (
            exception is HttpRequestException or SocketException or IOException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
