using System.Text.Json;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>A service of ours with methods of each kind.</summary>
internal sealed class EchoService : IMeshService
{
    /// <summary>A change, as its path says.</summary>
    public const string Change = "a/1/things/create";

    private int _changes;
    private int _waiting;

    public string Name => "echo";

    /// <summary>How many changes were made.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>How many calls wait for <see cref="Release"/>.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Ends the calls that wait.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceDescription Describe() => new("echo", "Returns.", new Dictionary<string, MethodDescription>
    {
        ["echo"] = new("Returns its value.", new MethodParameter("value", IsRequired: true)),
    });

    public async Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        switch (call.Method)
        {
            case "echo":
                call.Permit(new MeshMethod("echo", Role.Viewer, Changes: false));
                return Text(call.Params.TryGetProperty("value", out var value) ? value.GetRawText() : "null");
            case "who":
                call.Permit(new MeshMethod("who", Role.Viewer, Changes: false));
                return Text($"\"{call.Caller.UserId} {call.Caller.Role.NameOf()}\"");
            case "wait":
                call.Permit(new MeshMethod("wait", Role.Viewer, Changes: false));
                Interlocked.Increment(ref _waiting);
                await Release.Task.WaitAsync(cancellation);
                return "true"u8.ToArray();
            case "nested":
                call.Permit(new MeshMethod("nested", Role.Viewer, Changes: false));
                return Text(new string('[', 100) + new string(']', 100));
            case Change:
                call.Permit(new MeshMethod(Change, Role.Operator, Changes: true));
                Interlocked.Increment(ref _waiting);
                await Release.Task;
                return Text($"{Interlocked.Increment(ref _changes)}");
            default:
                throw new MeshException(new WireError(WireError.NotFound, "There is no such method."));
        }
    }

    private static ReadOnlyMemory<byte> Text(string json) => System.Text.Encoding.UTF8.GetBytes(json);

    /// <summary>A call of somebody.</summary>
    public static MeshCall Call(string service, string method, string parameters = "{}", TimeSpan? ttl = null, Role role = Role.Operator) => new()
    {
        Id = $"call-{Guid.NewGuid():N}",
        Service = service,
        Method = method,
        Params = JsonElement.Parse(parameters),
        Caller = new Identity("ann", "Ann", role),
        Ttl = ttl ?? TimeSpan.FromSeconds(30),
        Permit = static _ => { },
    };

    /// <summary>Calls, and reads the result.</summary>
    public static async Task<string> ResultAsync(RabbitMqMesh mesh, MeshCall call) =>
        System.Text.Encoding.UTF8.GetString((await mesh.CallAsync(call, TestContext.Current.CancellationToken)).Span);

    /// <summary>Calls, and reads why there is no result.</summary>
    public static async Task<WireError> ErrorAsync(RabbitMqMesh mesh, MeshCall call) =>
        (await Assert.ThrowsAsync<MeshException>(() => mesh.CallAsync(call, TestContext.Current.CancellationToken))).Error;
}
