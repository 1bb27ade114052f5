using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Hosting;

/// <summary>The gateway itself as a service: its state, links of its page, and tokens.</summary>
/// <param name="gateway">The gateway, once it is made.</param>
/// <param name="newLink">Makes the address of a new link.</param>
/// <param name="stateFolder">Where the tokens are.</param>
/// <param name="clock">The clock.</param>
internal sealed class GatewayService(Func<GatewayServer> gateway, Func<string> newLink, string stateFolder, TimeProvider clock) : IMeshService
{
    public const string ServiceName = "gateway";
    public const string Link = "link";

    private const string State = "state";
    private const string Services = "services";
    private const string Tokens = "tokens";
    private const string NewToken = "new_token";
    private const string RevokeToken = "revoke_token";
    private const int LongestName = 100;

    public string Name => ServiceName;

    public ServiceDescription Describe() => new(ServiceName, "The gateway itself.", new Dictionary<string, MethodDescription>
    {
        [State] = new("How many consumers and running calls there are, and how many were refused."),
        [Services] = new("The services that can be called by this gateway, and what its machine is called on the mesh."),
        [Link] = new("A new link of the page, which is valid once and gives an admin's session."),
        [Tokens] = new("The local tokens."),
        [NewToken] = new(
            "Makes a local token, which is shown once.",
            new MethodParameter("name", IsRequired: true),
            new MethodParameter("role", IsRequired: true),
            new MethodParameter("expires_in", "number")),
        [RevokeToken] = new("Revokes a local token.", new MethodParameter("id", IsRequired: true)),
    });

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        var right = call.Method switch
        {
            State or Services => Role.Viewer,
            Link or Tokens or NewToken or RevokeToken => Role.Admin,
            _ => throw new MeshException(MeshJson.NoMethod(ServiceName, call.Method)),
        };
        call.Permit(new MeshMethod(call.Method, right, Changes: call.Method is NewToken or RevokeToken));
        try
        {
            return Task.FromResult<ReadOnlyMemory<byte>>(call.Method switch
            {
                State => MeshJson.Write(StateOf(gateway())),
                Services => MeshJson.Write(new JsonObject
                {
                    ["machine"] = gateway().Machine,
                    ["services"] = new JsonArray([.. gateway().Services.Select(name => (JsonNode)name)]),
                }),
                Tokens => MeshJson.Write(new JsonObject
                {
                    ["tokens"] = new JsonArray([.. Local.All.Select(token => (JsonNode)token.ToJson(withHash: false))]),
                }),
                Link => Raw(new JsonObject { ["url"] = newLink() }),
                NewToken => Raw(Make(call.Params)),
                _ => MeshJson.Write(new JsonObject { ["revoked"] = Local.Revoke(Text(call.Params, "id") ?? "") }),
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MeshException(new WireError(WireError.Unavailable, $"The tokens cannot be changed: {exception.Message.TrimEnd('.')}."));
        }
    }

    private LocalTokens Local => new(stateFolder, clock);

    private static JsonObject StateOf(GatewayServer gateway) => new()
    {
        ["consumers"] = gateway.Consumers.Count,
        ["users"] = gateway.Consumers.Users.Count,
        ["running_calls"] = gateway.Calls.Running,
        ["refused"] = gateway.Consumers.Refused,
        ["topics"] = new JsonArray([.. gateway.Topics.Names.Select(name => (JsonNode)new JsonObject
        {
            ["topic"] = name,
            ["subscribers"] = gateway.Topics.Find(name)!.Subscribers,
        })]),
        ["streams"] = new JsonArray([.. gateway.Streams.Select(name => (JsonNode)name)]),
    };

    private JsonObject Make(JsonElement json)
    {
        if (Text(json, "name") is not { Length: > 0 and <= LongestName } name || RoleNames.Read(Text(json, "role")) is not { } role)
        {
            throw new MeshException(new WireError(
                WireError.BadParams, $"A token has a 'name' of 1 to {LongestName} characters and a 'role': {string.Join(", ", RoleNames.All)}."));
        }

        TimeSpan? lifetime = json.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetDouble(out var number) && number is > 0 and < 315_360_000 ? TimeSpan.FromSeconds(number) : null;
        var shown = Local.Make(name, role, lifetime, out var text).ToJson(withHash: false);
        shown["token"] = text;
        return shown;
    }

    /// <summary>Not through what hides secrets: here the secret is the result.</summary>
    private static byte[] Raw(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
