using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh;

/// <summary>What a service runs for a call, once it knows: rights are looked up on this, and never on what the caller has written.</summary>
/// <param name="Name">The method, in the service's own spelling.</param>
/// <param name="Right">The role that it needs.</param>
/// <param name="Changes">Whether it changes something, and so runs to its end whoever has gone.</param>
internal sealed record MeshMethod(string Name, Role Right, bool Changes);

/// <summary>A call of a service.</summary>
internal sealed record MeshCall
{
    /// <summary>The gateway's own id of the call: the key by which its response is found.</summary>
    public required string Id { get; init; }

    public required string Service { get; init; }

    /// <summary>The method as the caller has written it.</summary>
    public required string Method { get; init; }

    /// <summary>An object; undefined for none.</summary>
    public JsonElement Params { get; init; }

    /// <summary>Who calls.</summary>
    public required Identity Caller { get; init; }

    /// <summary>The caller's trace; undefined for none. It identifies nothing.</summary>
    public JsonElement TraceId { get; init; }

    /// <summary>How long the caller waits.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>
    /// A service calls it once, with what it is about to run, and before it runs anything. It throws where the caller may not.
    /// </summary>
    public required Action<MeshMethod> Permit { get; init; }

    /// <summary>Takes how far the work is; null where nobody wants to know.</summary>
    public Action<JsonObject>? Progress { get; init; }
}

/// <summary>A call that has no result.</summary>
/// <param name="error">Why: what the caller gets.</param>
internal sealed class MeshException(Wire.WireError error) : Exception(error.Description)
{
    public Wire.WireError Error => error;
}
