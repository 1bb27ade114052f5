using System.Text.Json;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Fleet;

/// <summary>
/// A host's fleet as a service: a method is an HTTP route of the host (<c>GET /server</c>, <c>POST /server/{id}/command</c>, with the
/// parameters as query or body), or an operation of its GameLift API (<c>gamelift/DescribeGameSessions</c>).
/// </summary>
internal sealed class FleetService(HostClient host) : IMeshService
{
    public const string ServiceName = "fleet";

    private const string Api = "gamelift/";
    private const string SessionsName = "sessions";

    /// <summary>A parameter of session routes that a host takes as the header Idempotency-Key.</summary>
    public const string IdempotencyKey = "idempotency_key";

    public string Name => ServiceName;

    public ServiceDescription Describe() => new(ServiceName, "The fleet of a host, by its HTTP routes.", new Dictionary<string, MethodDescription>
    {
        ["servers"] = new("The game servers."),
        ["workers"] = new("The workers."),
        [SessionsName] = new("The game sessions of the fleet.", new MethodParameter("FleetId", Default: "fleet-local")),
        ["create_session"] = new(
            "Creates a game session and a player session in it.",
            new MethodParameter("session_name"),
            new MethodParameter("uuid", IsRequired: true),
            new MethodParameter("num_connections", "integer"),
            new MethodParameter(IdempotencyKey)),
        ["GET /server/{id}"] = new("A game server."),
        ["POST /server"] = new("Adds a game server."),
        ["POST /server/{id}/command"] = new("Starts, stops, restarts or kills a game server, or writes a line to it.", new MethodParameter("type", IsRequired: true)),
        ["GET /server/{id}/log"] = new(
            "What a game server has printed, up to 512 KiB. GET /fleet/server/{id}/log of the gateway's port has it all, and follows.",
            new MethodParameter("tail", "integer")),
        ["DELETE /server/{id}"] = new("Removes a game server."),
        ["gamelift/{operation}"] = new("An operation of the GameLift API; the parameters are its input."),
    });

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        var json = call.Params.ValueKind == JsonValueKind.Object ? call.Params : default;
        var input = json.ValueKind == JsonValueKind.Object ? json.GetRawText() : "{}";
        if (call.Method == SessionsName)
        {
            call.Permit(new MeshMethod(SessionsName, Rights.Role.Viewer, Changes: false));
            return host.CallApiAsync("DescribeGameSessions", input == "{}" ? """{"FleetId":"fleet-local"}""" : input, cancellation);
        }

        if (call.Method.StartsWith(Api, StringComparison.Ordinal) && call.Method[Api.Length..] is var operation && operation.All(char.IsAsciiLetter))
        {
            var right = FleetRoute.RightOfApi(operation);
            call.Permit(new MeshMethod(call.Method, right, Changes: right > Rights.Role.Viewer));
            return host.CallApiAsync(operation, input, right > Rights.Role.Viewer ? CancellationToken.None : cancellation);
        }

        var route = FleetRoute.Read(call.Method) ?? throw new MeshException(MeshJson.NoMethod(ServiceName, call.Method));
        call.Permit(new MeshMethod(route.Name, route.Right, route.Changes));
        return route.Changes
            ? host.CallAsync(route.Verb, route.Path, input, KeyOf(json), CancellationToken.None)
            : host.CallAsync(route.Verb, WithQuery(route.Path, json), body: null, cancellation);
    }

    private static string? KeyOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(IdempotencyKey, out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;

    private static string WithQuery(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return path;
        }

        foreach (var member in json.EnumerateObject())
        {
            var value = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                JsonValueKind.Null => null,
                _ => throw new MeshException(new WireError(WireError.BadParams, $"The parameter '{member.Name}' is an object or a list; a query has texts.")),
            };
            if (value is not null)
            {
                path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Uri.EscapeDataString(member.Name)}={Uri.EscapeDataString(value)}";
            }
        }

        return path;
    }
}
