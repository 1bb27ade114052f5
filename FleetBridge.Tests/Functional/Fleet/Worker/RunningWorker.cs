using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>A whole worker of a host, both in this process; its servers are real ones. It speaks to the worker's private API.</summary>
public sealed class RunningWorker : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private BridgeLog _log = null!;

    internal TestHost Host { get; private set; } = null!;

    internal WorkerHost Worker { get; private set; } = null!;

    /// <summary>A client without the token.</summary>
    internal HttpClient Http { get; private set; } = null!;

    internal string TokenFile => _folder["worker", WorkerHostOptions.TokenFileName];

    internal string Token => File.ReadAllText(TokenFile).Trim();

    /// <summary>The body that makes a server of the fake game server.</summary>
    internal string Body(params string[] arguments) => new JsonObject
    {
        ["game_id"] = $"folder:{_folder["game"]}",
        ["configuration"] = new JsonObject
        {
            ["executable"] = $"bin/{GameServerProgram.Name}",
            ["arguments"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
            ["stop"] = new JsonObject { ["command"] = "quit", ["timeout_seconds"] = 20 },
            ["restart"] = new JsonObject { ["policy"] = "never" },
        },
    }.ToJsonString();

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsLinux() && CompiledFixture.HasCompiler)
        {
            GameServerProgram.BuildIn(_folder["game"]);
        }

        Host = await TestHost.StartAsync();
        _log = BridgeLog.Open(new BridgeLogOptions { File = _folder["worker.log"] }, TimeProvider.System);
        Worker = await WorkerHost.StartAsync(
            new WorkerHostOptions
            {
                Host = HostAddress.Parse($"http://127.0.0.1:{Host.Host.HttpPort}"),
                DataFolder = _folder["worker"],
            },
            LoopbackSockets.Bind(0),
            _log,
            TimeProvider.System);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Worker.Port}"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (await GetAsync("/server"))?["items"]?.AsArray() ?? [])
        {
            await CallAsync("DELETE", $"/server/{server!["id"]}");
        }

        await Eventually.TrueAsync(
            async () => (await GetAsync("/server"))?["items"]?.AsArray() is not { Count: > 0 }, "all servers are gone");
        Http.Dispose();
        await Worker.DisposeAsync();
        await _log.DisposeAsync();
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A request with the token.</summary>
    internal HttpRequestMessage Request(string method, string path, string? body = null, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        }

        return request;
    }

    /// <summary>Calls a route with the token.</summary>
    internal async Task<(int Status, JsonNode Json)> CallAsync(string method, string path, string? body = null)
    {
        using var request = Request(method, path, body);
        return await SendAsync(request);
    }

    /// <summary>Sends a request as it is.</summary>
    internal async Task<(int Status, JsonNode Json)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return ((int)response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    /// <summary>Adds a server, starts it, and waits until it runs.</summary>
    internal async Task<string> StartAsync(params string[] arguments)
    {
        var (status, server) = await CallAsync("POST", "/server", Body(arguments));
        Assert.Equal((int)HttpStatusCode.Created, status);
        var id = (string)server["id"]!;
        var (_, command) = await CallAsync("POST", $"/server/{id}/start");
        Assert.Equal(("start", "done", null), ((string)command["type"]!, (string)command["status"]!, (string?)command["error"]));
        return id;
    }

    /// <summary>A log as text.</summary>
    internal async Task<string> ReadLogAsync(string id, string query = "")
    {
        using var request = Request("GET", $"/server/{id}/log{query}");
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        return Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What a GET responds with; null when the worker has ended.</summary>
    private async Task<JsonNode?> GetAsync(string path)
    {
        try
        {
            return (await CallAsync("GET", path)).Json;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
