using FleetBridge.Core.Processes;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>The names of our own services.</summary>
internal static class MeshName
{
    /// <summary>Any bridge.</summary>
    public const string Bridge = "fleetbridge";

    /// <summary>What a bridge's own name begins with.</summary>
    public const string OneBridge = "fleetbridge.";

    /// <summary>What a host's name begins with.</summary>
    public const string OneHost = "fleet.";

    /// <summary>What a worker's name begins with.</summary>
    public const string OneWorker = "worker.";

    private const int Longest = 63;

    /// <summary>This machine: its host name up to the first dot, unless another one was chosen.</summary>
    /// <param name="chosen">What <c>--mesh-name</c> says; null for nothing.</param>
    /// <exception cref="UserException">It cannot be used.</exception>
    public static string Read(string? chosen)
    {
        var name = chosen ?? Environment.MachineName.Split('.')[0].ToLowerInvariant();
        return name.Length is > 0 and <= Longest && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? name
            : throw new UserException(
                ExitCode.Usage, $"--mesh-name: '{Core.Security.ShortText.Of(name)}' is not a name: it has letters, digits, - and _, at most {Longest}.");
    }

    /// <summary>Whether one of ours has that name; it checks rights itself, and no two processes have it.</summary>
    public static bool IsOurs(string service) => service == Bridge || IsOneOfOurs(service);

    /// <summary>Whether one process alone has that name.</summary>
    public static bool IsOneOfOurs(string service) =>
        service.StartsWith(OneBridge, StringComparison.Ordinal) || service.StartsWith(OneHost, StringComparison.Ordinal)
        || service.StartsWith(OneWorker, StringComparison.Ordinal);
}
