using System.Collections.Concurrent;
using System.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>A bridge or a host of a machine on a mesh, as far as the page asks it.</summary>
/// <param name="name">The service's name, such as <c>fleetbridge.build-7</c>.</param>
/// <param name="word">What it says of itself.</param>
internal sealed class FakeMachine(string name, string word) : IMeshService
{
    private const string Success = "\"Overall Result\":\"True\",\"Error\":\"\"";

    public string Name => name;

    /// <summary>The methods that were called, with their parameters.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public ServiceDescription Describe() => new(name, word, new Dictionary<string, MethodDescription>());

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        call.Permit(new MeshMethod(call.Method, Role.Viewer, Changes: false));
        Calls.Enqueue($"{call.Method} {(call.Params.ValueKind == System.Text.Json.JsonValueKind.Object ? call.Params.GetRawText() : "")}");
        var json = call.Method switch
        {
            "backends" => """{"backends":[{"name":"stage","version":"1","state":"loaded"}]}""",
            "project" => $$$"""{"source":"project","settings":{"prefix":"{{{word}}}"},"sources":{"prefix":"project"}}""",
            "stage/1/metadata" => $$$"""
                {{{{Success}}},"Details":{"Fleet Type":"Stage of {{{word}}}","Fleet Description":"","Components":[
                {"Name":"Build","Description":"","Requests":[{"Name":"Check","RequestPath":"/deployment/build/check"}]}]}}
                """,
            "stage/1/resources" => $$$"""{{{{Success}}},"Details":{"Resources":[]}}""",
            "stage/1/config" => $$$"""{{{{Success}}},"prefix":"{{{word}}}"}""",
            "stage/1/deployment/build/check" => $$$"""{{{{Success}}},"Details":{"State":"ACTIVE","Where":"{{{word}}}"}}""",
            "doctor" => """{"checks":[]}""",
            "servers" => $$$"""{"items":[{"id":"lobby-of-{{{word}}}","state":"ready","worker_id":"w"}]}""",
            var one when one == $"GET /server/lobby-of-{word}" => $$$"""
                {"id":"lobby-of-{{{word}}}","state":"ready","worker_id":"w","recent_ends":[
                {"ended_at":"2026-11-05T10:22:33Z","started_at":"2026-11-05T10:00:00Z","exit_code":null,"signal":"SIGSEGV","reason":"It crashed.","was_asked":false},
                {"ended_at":"2026-11-04T10:22:33Z","started_at":"2026-11-04T10:00:00Z","exit_code":3,"signal":null,"reason":"It gave up.","was_asked":false}]}
                """,
            "workers" => $$$"""{"items":[{"id":"w","name":"worker of {{{word}}}","status":"alive"}]}""",
            "sessions" => $$$"""{"GameSessions":[{"GameSessionId":"gsess-1","Name":"arena of {{{word}}}","Status":"ACTIVE","CreationTime":1700000000}]}""",
            _ => throw new MeshException(new WireError(WireError.NotFound, $"{name} has no method {call.Method}.")),
        };
        return Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(json));
    }
}
