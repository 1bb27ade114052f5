using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh;

/// <summary>
/// The backends as a service: a method is the path that the editor requests, without its first slash, and the parameters are the
/// settings. The result is the JSON that the editor gets; an overall result of False is one.
/// </summary>
/// <param name="bridge">The bridge.</param>
/// <param name="doctor">Runs the checks of the machine and of the backends with some settings; null where there are none.</param>
internal sealed class BridgeService(IMeshBridge bridge, Func<IReadOnlyDictionary<string, string>, CancellationToken, Task<JsonObject>>? doctor)
    : IMeshService
{
    public const string ServiceName = "bridge";
    public const string Backends = "backends";
    public const string Doctor = "doctor";

    /// <summary>The settings of the bridge's project and of the editor's last request.</summary>
    public const string Project = "project";

    /// <summary>The outcome of a change, by its call's id; the gateway itself has those.</summary>
    public const string Outcome = "outcome";

    public string Name => ServiceName;

    /// <summary>Makes the settings of the project that the bridge was started with, and over them those of the editor's last request:
    /// <c>{source, backend, settings, sources}</c>.</summary>
    public Func<JsonObject>? ProjectSettings { get; init; }

    public ServiceDescription Describe() => new(ServiceName, "The backends of this bridge.", new Dictionary<string, MethodDescription>
    {
        ["<backend>/<version>/<resource>/<operation>"] = new("Runs an operation of a backend; the parameters are its settings."),
        ["<backend>/<version>/metadata"] = new("What the editor shows of a backend."),
        ["<backend>/<version>/config"] = new("The settings of a backend with their defaults."),
        ["<backend>/<version>/resources"] = new("The resources of a backend, each after those it depends on."),
        ["<backend>/<version>/doctor"] = new("The backend's own checks of its environment."),
        [Backends] = new("The installed backends."),
        [Doctor] = new("The checks of this machine and of every backend."),
        [Project] = new("The settings of this bridge's project, and over them those of the editor's last request, without secrets."),
        [Outcome] = new("The outcome of an operation that outlived its call.", new MethodParameter("call", IsRequired: true)),
    });

    public async Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        var settings = Settings(call.Params);
        switch (call.Method)
        {
            case Backends:
                call.Permit(new MeshMethod(Backends, Role.Viewer, Changes: false));
                var statuses = await bridge.GetBackendsAsync(cancellation).ConfigureAwait(false);
                return MeshJson.Write(new JsonObject { [Backends] = BackendStatusMessage.Write(statuses) });
            case Project when ProjectSettings is not null:
                call.Permit(new MeshMethod(Project, Role.Viewer, Changes: false));
                return MeshJson.Write(ProjectSettings());
            case Doctor when doctor is not null:
                call.Permit(new MeshMethod(Doctor, Role.Viewer, Changes: false));
                return MeshJson.Write(await doctor(settings, cancellation).ConfigureAwait(false));
        }

        // alone, they are those of the backend that the command line uses too
        var path = call.Method is BridgePaths.Metadata or BridgePaths.Config ? $"{BackendAddress.Default}/{call.Method}" : call.Method;
        if (!RequestTarget.TryParse($"/{path}", out var target, out var problem) || !target.TryGetRequest(out var request))
        {
            throw new MeshException(problem is null
                ? MeshJson.NoMethod(ServiceName, call.Method)
                : new WireError(WireError.BadParams, problem));
        }

        request = request with { Parameters = Merge(request.Parameters, settings) };
        var progress = call.Progress is { } send ? new Watched(send) : null;
        var response = await bridge.RunAsync(request, call.Permit, progress, cancellation).ConfigureAwait(false);
        return response.Status is ResponseStatus.NotFound or ResponseStatus.Malformed
            ? throw new MeshException(new WireError(WireError.NotFound, response.Error ?? MeshJson.NoMethod(ServiceName, call.Method).Description))
            : ResponseMessage.Write(response);
    }

    private static Dictionary<string, string> Settings(JsonElement json)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return settings;
        }

        foreach (var member in json.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.String:
                    settings[member.Name] = member.Value.GetString()!;
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    settings[member.Name] = member.Value.GetRawText();
                    break;
                default:
                    throw new MeshException(new WireError(
                        WireError.BadParams, $"The setting '{Core.Security.ShortText.Of(member.Name)}' is an object or a list; a setting is a text."));
            }
        }

        return settings;
    }

    /// <summary>A blank value is none, as in the editor's query.</summary>
    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> query, Dictionary<string, string> settings)
    {
        var merged = new Dictionary<string, string>(query, StringComparer.Ordinal);
        foreach (var (name, value) in settings.Where(setting => setting.Value.Length > 0))
        {
            merged[name] = value;
        }

        return merged;
    }

    private sealed class Watched(Action<JsonObject> send) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => send(new JsonObject
        {
            ["activity"] = value.Activity,
            ["fraction"] = value.Fraction,
            ["detail"] = value.Detail,
        });
    }
}
