using System.Collections.Frozen;
using Amazon.Emulation.Shapes;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>The operations that this host does, by name. FlexMatch's are not among them yet.</summary>
internal sealed class OperationTable
{
    private readonly Dictionary<string, ApiOperation> _operations = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, ApiOperation> _frozen;

    private OperationTable()
    {
        FleetOperations.Register(this);
        FleetStateOperations.Register(this);
        LocationOperations.Register(this);
        ComputeOperations.Register(this);
        AliasOperations.Register(this);
        GameSessionOperations.Register(this);
        PlayerSessionOperations.Register(this);
        QueueOperations.Register(this);
        PlacementOperations.Register(this);
        TagOperations.Register(this);
        _frozen = _operations.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The table; it has no state.</summary>
    public static OperationTable All { get; } = new();

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _frozen.Keys;

    /// <summary>Finds one.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ApiException">This host does not do it.</exception>
    public ApiOperation Find(string name) => _frozen.TryGetValue(name, out var operation)
        ? operation
        : throw new ApiException(
            ApiException.UnknownOperation,
            $"The operation {(name.Length > 64 ? name[..64] + "…" : name)} is not one that this host does: it runs ANYWHERE fleets, their "
            + "sessions, queues and placements, without builds, scripts, EC2 instances and FlexMatch.");

    /// <summary>Adds an operation that answers at once.</summary>
    public void Add<TRequest, TResponse>(string name, Func<ApiCall, TRequest, TResponse> effect)
        where TRequest : class, IShape<TRequest>, new()
        where TResponse : class, IShape<TResponse> =>
        AddChange<TRequest, TResponse>(name, (call, request) => new(effect(call, request)));

    /// <summary>Adds an operation that answers when its change is stored.</summary>
    public void AddChange<TRequest, TResponse>(string name, Func<ApiCall, TRequest, ValueTask<TResponse>> effect)
        where TRequest : class, IShape<TRequest>, new()
        where TResponse : class, IShape<TResponse> =>
        _operations.Add(name, new ApiOperation<TRequest, TResponse>(effect));
}
