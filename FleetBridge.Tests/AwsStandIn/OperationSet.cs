using System.Text.Json.Nodes;

namespace FleetBridge.Tests.AwsStandIn;

/// <summary>What a service's operations do, by name. An effect runs with the stand-in's state locked, so it is short and does not wait.</summary>
internal sealed class OperationSet
{
    private readonly Dictionary<string, Func<AwsCall, JsonObject?>> _effects = [];

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _effects.Keys;

    /// <summary>Sets what an operation does; null is an empty answer.</summary>
    public Func<AwsCall, JsonObject?> this[string operation]
    {
        set => _effects.Add(operation, value);
    }

    /// <summary>Does it.</summary>
    public JsonObject Run(AwsCall call) => _effects[call.Operation](call) ?? [];
}
