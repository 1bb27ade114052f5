using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// The role that a method beyond the broker needs. Ours check it themselves, with the signature of the call; of others nothing is known,
/// so their methods are for operators unless a file says otherwise.
/// </summary>
internal sealed class MeshRights
{
    /// <summary>The methods of a worker, which change nothing.</summary>
    public static readonly IReadOnlyList<string> WorkerReads = ["status", "servers"];

    /// <summary>Without a file.</summary>
    public static readonly MeshRights Default = new([]);

    private static readonly HashSet<string> BridgeReads = new(
        [Operation.CheckName, Operation.WaitName, Operation.BrowseName, "metadata", "config", "resources", "doctor"], StringComparer.Ordinal);

    private readonly Dictionary<string, Role> _byMethod;

    private MeshRights(Dictionary<string, Role> byMethod) => _byMethod = byMethod;

    /// <summary>Reads a file: <c>{"service/method": "viewer", "service/*": "admin"}</c>.</summary>
    /// <exception cref="UserException">It cannot be used.</exception>
    public static MeshRights Read(string path)
    {
        try
        {
            var json = WireJson.Read(UserFile.ReadAllBytes(path, UserFile.MostText)) ?? throw Refused(path, "it is no JSON object");
            return new MeshRights(json.ToDictionary(
                entry => entry.Key.Contains('/', StringComparison.Ordinal) ? entry.Key : throw Refused(path, $"'{entry.Key}' is not service/method"),
                entry => RoleNames.Read((entry.Value as JsonValue)?.ToString())
                    ?? throw Refused(path, $"the role of {entry.Key} is none of {string.Join(", ", RoleNames.All)}"),
                StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused(path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>What a call is about to run, as far as this side can know.</summary>
    public MeshMethod Of(string service, string method)
    {
        if (method == ServiceDescription.Method)
        {
            return new MeshMethod(method, Role.Viewer, Changes: false);
        }

        if (service.StartsWith(MeshName.OneHost, StringComparison.Ordinal))
        {
            return new MeshMethod(method, Role.Viewer, ChangesFleet(method));
        }

        // a studio may have had services of such a name before: what a worker of ours lacks stays for operators
        if (service.StartsWith(MeshName.OneWorker, StringComparison.Ordinal) && WorkerReads.Contains(method))
        {
            return new MeshMethod(method, Role.Viewer, Changes: false);
        }

        if (MeshName.IsOurs(service) && !service.StartsWith(MeshName.OneWorker, StringComparison.Ordinal))
        {
            return new MeshMethod(method, Role.Viewer, Changes: method.Contains('/', StringComparison.Ordinal)
                && !BridgeReads.Contains(method[(method.LastIndexOf('/') + 1)..]));
        }

        var role = _byMethod.TryGetValue($"{service}/{method}", out var own) || _byMethod.TryGetValue($"{service}/*", out own) ? own : Role.Operator;
        return new MeshMethod(method, role, Changes: role > Role.Viewer);
    }

    /// <summary>What the GameLift API's operations that change nothing begin with.</summary>
    private static readonly string[] Reads = ["Describe", "List", "Get", "Search"];

    private static bool ChangesFleet(string method)
    {
        const string Api = "gamelift/";
        if (method.StartsWith(Api, StringComparison.Ordinal))
        {
            return !Reads.Any(verb => method.AsSpan(Api.Length).StartsWith(verb, StringComparison.Ordinal));
        }

        return method == "create_session" || (method.Contains(' ', StringComparison.Ordinal) && !method.StartsWith("GET ", StringComparison.Ordinal));
    }

    private static UserException Refused(string path, string why) => new(ExitCode.Usage, $"--mesh-rights: {path} cannot be used: {why}.");
}
