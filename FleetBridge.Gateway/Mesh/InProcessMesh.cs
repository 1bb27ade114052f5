using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh;

/// <summary>The services of this process.</summary>
internal sealed class InProcessMesh : IServiceMesh
{
    private readonly Dictionary<string, IMeshService> _services;

    /// <param name="services">The services.</param>
    public InProcessMesh(params IEnumerable<IMeshService> services) =>
        _services = services.ToDictionary(service => service.Name, StringComparer.Ordinal);

    public bool IsConnected => true;

    public IReadOnlyList<string> Services => [.. _services.Keys.Order(StringComparer.Ordinal)];

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        if (!_services.TryGetValue(call.Service, out var service))
        {
            throw new MeshException(new WireError(
                WireError.NotFound, $"There is no service '{ShortText.Of(call.Service)}'. There are: {string.Join(", ", Services)}."));
        }

        if (call.Method == ServiceDescription.Method)
        {
            call.Permit(new MeshMethod(ServiceDescription.Method, Role.Viewer, Changes: false));
            return Task.FromResult<ReadOnlyMemory<byte>>(MeshJson.Write(service.Describe().ToJson()));
        }

        return service.CallAsync(call, cancellation);
    }
}

/// <summary>JSON of results.</summary>
internal static class MeshJson
{
    public static byte[] Write(JsonObject json) => WireJson.Write(writer => WireJson.WriteMembers(writer, json));

    public static WireError NoMethod(string service, string method) => new(
        WireError.NotFound,
        $"The service {service} has no method '{ShortText.Of(method)}'. {ServiceDescription.Method} lists those that it has.");
}
