using FleetBridge.Fleet.Containers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Tests.Unit.Fleet.Containers;

public sealed class ContainerSpecificationTests
{
    private static readonly ContainerOptions Options = new() { DataFolder = "/data" };

    [Fact]
    public void Container_has_what_the_configuration_may_say()
    {
        var made = ContainerSpecification.Of(
            Request(new ServerConfiguration
            {
                Executable = "bin/server",
                Arguments = ["-log", "a b"],
                Environment = new Dictionary<string, string> { ["A"] = "x=y" },
                Ports = new Dictionary<string, int> { ["game"] = 7777, ["query"] = 27015, ["same"] = 7777 },
                Data = ["saved", "./cfg/maps/"],
                Container = new ContainerSettings { MemoryBytes = 64_000_000, Cpus = 1.5, Processes = 7, ReadOnly = true },
            }),
            "sha256:1234",
            Options);

        Assert.Equal(("sha256:1234", "fleetbridge-s_1-r1"), (made.Image, made.Name));
        Assert.Equal(["/bin/server"], made.Entrypoint);
        Assert.Equal(["-log", "a b"], made.Cmd);
        Assert.Equal(["A=x=y"], made.Env);
        Assert.Equal((true, false, false), (made.OpenStdin, made.StdinOnce, made.Tty));
        Assert.Equal(["27015/tcp", "27015/udp", "7777/tcp", "7777/udp"], made.HostConfig!.PortBindings!.Keys.Order());
        Assert.All(made.HostConfig!.PortBindings!, binding => Assert.Equal(
            ("127.0.0.1", binding.Key.Split('/')[0]), (Assert.Single(binding.Value).HostIP, binding.Value[0].HostPort)));
        Assert.Equal((64_000_000, 64_000_000, 1_500_000_000, 7L), (
            made.HostConfig.Memory, made.HostConfig.MemorySwap, made.HostConfig.NanoCPUs, made.HostConfig.PidsLimit));
        Assert.Equal(["/saved", "/cfg/maps"], made.HostConfig!.Mounts!.Select(mount => mount.Target));
        Assert.True(made.HostConfig.ReadonlyRootfs);
        Assert.Equal("/data", made.Labels["fleetbridge.worker"]);
        Assert.Equal(("s/1", "r1"), (made.Labels["fleetbridge.server"], made.Labels["fleetbridge.run"]));
    }

    [Fact]
    public void Container_has_no_rights_of_the_machine()
    {
        var made = ContainerSpecification.Of(Request(new ServerConfiguration()), "image", Options).HostConfig!;

        Assert.False(made.Privileged);
        Assert.All([made.NetworkMode, made.PidMode, made.IpcMode, made.UTSMode, made.UsernsMode], mode => Assert.True(string.IsNullOrEmpty(mode)));
        Assert.True(made.Binds is null && made.CapAdd is null && made.Devices is null && made.VolumesFrom is null);
        Assert.Empty(made.Mounts!);
        Assert.Contains("no-new-privileges", made.SecurityOpt);
        Assert.Contains("NET_RAW", made.CapDrop);
        Assert.Equal((true, "No", 4096L), (made.Init, made.RestartPolicy.Name.ToString(), made.PidsLimit));
    }

    [Theory]
    [InlineData(64L * 1024 * 1024, "8388608")]
    [InlineData(1024L * 1024, "131072")]
    [InlineData(1L, "65536")]
    public void Log_of_two_containers_stays_below_its_cap(long cap, string size)
    {
        var log = ContainerSpecification.Of(Request(new ServerConfiguration(), cap), "image", Options).HostConfig!.LogConfig!;

        Assert.Equal(("local", size, "4"), (log.Type, log.Config!["max-size"], log.Config["max-file"]));
    }

    private static StartRequest Request(ServerConfiguration configuration, long cap = 64 * 1024 * 1024) => new()
    {
        ServerId = "s/1",
        RunId = "r1",
        GameId = GameId.Parse("docker:game:1"),
        ServerFolder = "/data/servers/s1",
        InstallFolder = "/data/servers/s1/install",
        Configuration = configuration,
        LogCapBytes = cap,
        FreeSpaceFloorBytes = 0,
    };
}
