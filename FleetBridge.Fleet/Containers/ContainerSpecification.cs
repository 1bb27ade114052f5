using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet.Models;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Containers;

/// <summary>How a server's container is made. What a request may say of it is all here: no mounts, networks, capabilities or privileges.</summary>
internal static class ContainerSpecification
{
    /// <summary>A log's cap is that of two containers: the current one, and the one before it, which is kept for its log.</summary>
    private const int LogsKept = 2;

    private const int LogFiles = 4;
    private const long SmallestLogFile = 64 * 1024;
    private const double NanoCpus = 1e9;

    /// <summary>Beyond Docker's own choice: raw packets, devices, and changing its own rights.</summary>
    private static readonly string[] DroppedCapabilities = ["AUDIT_WRITE", "MKNOD", "NET_RAW", "SETFCAP", "SETPCAP", "SYS_CHROOT"];

    /// <summary>The parameters of a container.</summary>
    /// <param name="request">The server to start.</param>
    /// <param name="image">The image's id.</param>
    /// <param name="options">What the worker's owner has set.</param>
    public static CreateContainerParameters Of(StartRequest request, string image, ContainerOptions options)
    {
        var (configuration, container) = (request.Configuration, request.Configuration.Container ?? new ContainerSettings());
        return new CreateContainerParameters
        {
            Name = NameOf(request.ServerId, request.RunId),
            Image = image,
            Entrypoint = configuration.Executable is { } executable ? [$"/{executable}"] : null!,
            Cmd = configuration.Arguments.Count > 0 ? [.. configuration.Arguments] : null!,
            Env = [.. configuration.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
            OpenStdin = true,
            StdinOnce = false,
            Tty = false,
            ExposedPorts = Ports(configuration).ToDictionary(port => port, _ => default(EmptyStruct)),
            Labels = new Dictionary<string, string>
            {
                [ContainerLabels.Worker] = options.DataFolder,
                [ContainerLabels.Server] = request.ServerId,
                [ContainerLabels.Run] = request.RunId,
            },
            HostConfig = new HostConfig
            {
                // one supervisor only
                RestartPolicy = new Docker.DotNet.Models.RestartPolicy { Name = RestartPolicyKind.No },

                // the first process of a container ignores signals that it does not handle, and reaps nobody
                Init = true,
                NetworkMode = options.Network!,
                PortBindings = Ports(configuration).ToDictionary(
                    port => port, IList<PortBinding> (port) => [new PortBinding { HostIP = options.Address, HostPort = port.Split('/')[0] }]),
                Mounts = [.. configuration.Data.Distinct().Select(folder => VolumeOf(request.ServerId, folder, options))],
                Memory = container.MemoryBytes ?? 0,
                MemorySwap = container.MemoryBytes ?? 0,
                NanoCPUs = (long)((container.Cpus ?? 0) * NanoCpus),
                PidsLimit = container.Processes ?? options.MostProcesses,
                ReadonlyRootfs = container.ReadOnly,
                CapDrop = DroppedCapabilities,
                SecurityOpt = ["no-new-privileges"],
                LogConfig = LogOf(request.LogCapBytes),
            },
        };
    }

    /// <summary>A container's name: two characters at least, and none that the engine refuses.</summary>
    public static string NameOf(string serverId, string runId) => $"fleetbridge-{Letters(serverId)}-{Letters(runId)}";

    private static readonly string[] Protocols = ["tcp", "udp"];

    /// <summary>The port in the container is the one outside, which is the one that clients are told. Nobody says whether it is TCP or UDP.</summary>
    private static IEnumerable<string> Ports(ServerConfiguration configuration) => configuration.Ports.Values
        .Where(port => port > 0).Distinct()
        .SelectMany(_ => Protocols, (port, protocol) => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));

    /// <summary>A folder that lives across updates is a volume of the engine's: it begins with what the image has there.</summary>
    private static Mount VolumeOf(string serverId, string folder, ContainerOptions options)
    {
        var path = string.Join('/', folder.Split('/', '\\').Where(part => part is not ("" or ".")));
        return new Mount
        {
            Type = "volume",
            Source = $"fleetbridge-{Letters(serverId)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 6))}",
            Target = $"/{path}",
            VolumeOptions = new VolumeOptions
            {
                Labels = new Dictionary<string, string>
                {
                    [ContainerLabels.Worker] = options.DataFolder,
                    [ContainerLabels.Server] = serverId,
                },
            },
        };
    }

    /// <summary>json-file, the default, grows without end.</summary>
    private static LogConfig LogOf(long cap) => new()
    {
        Type = "local",
        Config = new Dictionary<string, string>
        {
            ["max-size"] = Math.Max(SmallestLogFile, cap / LogsKept / LogFiles).ToString(CultureInfo.InvariantCulture),
            ["max-file"] = LogFiles.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static string Letters(string id) =>
        string.Concat(id.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-' ? letter : '_'));
}
