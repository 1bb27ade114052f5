using System.Text;
using System.Text.Json.Nodes;
using Amazon.Emulation.Shapes;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Services;

/// <summary>What a service's operations do, by name. An effect runs with the emulator's state locked, so it is short and does not wait.</summary>
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

    /// <summary>Sets what an operation does, in the shapes of the model.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="effect">Does it.</param>
    public void Add<TRequest, TResponse>(string operation, Func<AwsCall, TRequest, TResponse> effect)
        where TRequest : class, IShape<TRequest>
        where TResponse : class, IShape<TResponse> =>
        this[operation] = call => JsonNode.Parse(JsonShapeWriter.Document(effect(call, Request<TRequest>(call))))!.AsObject();

    /// <summary>Sets what an operation without output does, in the shapes of the model.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="effect">Does it.</param>
    public void Add<TRequest>(string operation, Action<AwsCall, TRequest> effect)
        where TRequest : class, IShape<TRequest> =>
        this[operation] = call =>
        {
            effect(call, Request<TRequest>(call));
            return null;
        };

    /// <summary>What anyone may call without a signature: a login, say.</summary>
    public IReadOnlySet<string> Public { get; init; } = new HashSet<string>();

    /// <summary>Called before every effect, for what a service refuses whatever is asked.</summary>
    public Action<AwsCall>? Gate { get; init; }

    /// <summary>Whether the emulator does an operation.</summary>
    /// <param name="operation">Its name.</param>
    public bool Has(string operation) => _effects.ContainsKey(operation);

    /// <summary>Does it.</summary>
    public JsonObject Run(AwsCall call)
    {
        Gate?.Invoke(call);
        return _effects[call.Operation](call) ?? [];
    }

    // the input was checked against the model, so it is an object of these members
    private static TRequest Request<TRequest>(AwsCall call)
        where TRequest : class, IShape<TRequest> =>
        JsonShapeReader.Document<TRequest>(Encoding.UTF8.GetBytes(call.Input.ToJsonString()))!;
}
