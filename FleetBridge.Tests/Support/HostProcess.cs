using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary><c>fleetbridge host</c> as a process, which has announced its ports.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly HttpClient _http;

    private HostProcess(FleetBridgeProcess process, JsonObject announcement)
    {
        (Process, Announcement) = (process, announcement);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}"),
        };
    }

    public FleetBridgeProcess Process { get; }

    /// <summary>The line that it has announced itself with.</summary>
    public JsonObject Announcement { get; }

    public int HttpPort => (int)Announcement["http_port"]!;

    public int TlsPort => (int)Announcement["tls_port"]!;

    /// <summary>Starts it and waits until it has announced itself.</summary>
    /// <param name="state">Its state folder.</param>
    /// <param name="httpPort">Its plain port; 0 for a free one.</param>
    /// <param name="tlsPort">Its port with TLS; 0 for a free one.</param>
    /// <param name="args">Other arguments.</param>
    public static async Task<HostProcess> StartAsync(string state, int httpPort = 0, int tlsPort = 0, params string[] args)
    {
        var process = FleetBridgeProcess.Start(state, ["host", "--json", "--http-port", $"{httpPort}", "--tls-port", $"{tlsPort}", .. args]);
        try
        {
            await process.WaitForAsync(host => host.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
            return new HostProcess(process, JsonNode.Parse(process.Output.Split('\n')[0])!.AsObject());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it and starts the next one on its ports and its store.</summary>
    public async Task<HostProcess> KillAndStartAsync(string state)
    {
        Process.Signal(FleetBridgeProcess.Kill);
        await Process.WaitAsync();
        return await StartAsync(state, HttpPort, TlsPort);
    }

    /// <summary>Calls an operation of the GameLift API, in JSON 1.1.</summary>
    /// <returns>The status and the response.</returns>
    public async Task<(HttpStatusCode Status, JsonObject Json)> CallAsync(string operation, JsonObject input, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative))
        {
            Content = new StringContent(input.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        request.Headers.Add("X-Amz-Target", $"GameLift.{operation}");
        using var response = await _http.SendAsync(request, cancellation);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!.AsObject());
    }

    /// <summary>Gets something of its fleet routes.</summary>
    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>A game server that is to connect to it.</summary>
    public FakeServer Server(SdkDialect dialect, string? processId = null, Func<FakeServer, JsonPush, Task>? handles = null)
    {
        var secure = dialect != SdkDialect.Go;
        return new FakeServer(dialect, secure ? TlsPort : HttpPort, secure)
        {
            ProcessId = processId ?? $"process-{Guid.NewGuid():N}",
            Reconnects = true,
            Handles = handles is null ? null : (server, json) => handles(server, new JsonPush(json)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
