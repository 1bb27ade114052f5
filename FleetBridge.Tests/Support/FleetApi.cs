using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Emulation.Shapes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.GameLift.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Support;

/// <summary>A fleet with the GameLift API on a free port, and clients that speak both encodings.</summary>
internal sealed class FleetApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<FakeGameServer> _servers = [];

    private FleetApi(FleetControl control, WebApplication app, Uri address)
    {
        (Control, _app, Address) = (control, app, address);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
    }

    /// <summary>The fleet.</summary>
    public FleetControl Control { get; }

    /// <summary>Where the API is.</summary>
    public Uri Address { get; }

    /// <summary>A client without any AWS in it.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts one.</summary>
    /// <param name="time">The fleet's clock.</param>
    public static async Task<FleetApi> StartAsync(TimeProvider? time = null)
    {
        var control = await FleetControl.OpenAsync(
            new FleetControlOptions { SdkEndpoint = "wss://127.0.0.1:9443" }, NullLogger.Instance, time ?? TimeProvider.System);
        var api = new GameLiftApi(control, NullLogger<GameLiftApi>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(api.HandleAsync);
        await app.StartAsync();
        return new FleetApi(control, app, new Uri(app.Urls.Single()));
    }

    /// <summary>A server process of the default fleet that is ready for a game session.</summary>
    /// <param name="activates">Whether it activates a game session at once.</param>
    public async Task<FakeGameServer> AddServerAsync(bool activates = true)
    {
        var server = await FakeGameServer.StartAsync(Control, $"process-{_servers.Count + 1}", 7777 + _servers.Count, activates);
        _servers.Add(server);
        return server;
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="wire"><c>json</c> or <c>cbor</c>.</param>
    /// <param name="request">Its input; its type names the operation.</param>
    /// <exception cref="ApiFailure">The API refused it.</exception>
    public async Task<TResponse> CallAsync<TResponse>(string wire, IRequest request)
        where TResponse : class, IShape<TResponse>
    {
        var operation = typeof(TResponse).Name[..^"Response".Length];
        using var message = wire == "cbor" ? Cbor(operation, request.Document(cbor: true)) : Json(operation, request.Document(cbor: false));
        using var response = await Http.SendAsync(message);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(wire == "cbor" ? "application/cbor" : "application/x-amz-json-1.1", response.Content.Headers.ContentType!.ToString());
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-amzn-requestid").Single(), out _));
        if (wire == "cbor")
        {
            Assert.Equal("rpc-v2-cbor", response.Headers.GetValues("smithy-protocol").Single());
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw ApiFailure.Read(wire, response.StatusCode, body);
        }

        return wire == "cbor" ? CborShapeReader.Document<TResponse>(body)! : JsonShapeReader.Document<TResponse>(body)!;
    }

    /// <summary>Calls an operation with JSON as text, and returns the status and the body.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> PostJsonAsync(string operation, string json)
    {
        using var message = Json(operation, Encoding.UTF8.GetBytes(json));
        using var response = await Http.SendAsync(message);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!.AsObject());
    }

    /// <summary>A request in JSON, signed as for a region.</summary>
    public static HttpRequestMessage Json(string operation, byte[] body) => Signed(new(HttpMethod.Post, "/")
    {
        Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/x-amz-json-1.1" } } },
        Headers = { { "X-Amz-Target", $"GameLift.{operation}" } },
    });

    /// <summary>A request in CBOR, signed as for a region.</summary>
    public static HttpRequestMessage Cbor(string operation, byte[] body) => Signed(new(HttpMethod.Post, $"/service/GameLift/operation/{operation}")
    {
        Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/cbor" } } },
        Headers = { { "smithy-protocol", "rpc-v2-cbor" }, { "Accept", "application/cbor" } },
    });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _app.DisposeAsync();
        await Control.DisposeAsync();
    }

    private static HttpRequestMessage Signed(HttpRequestMessage message)
    {
        message.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/gamelift/aws4_request, SignedHeaders=host, Signature=0");
        return message;
    }

    /// <summary>An input of any operation.</summary>
    internal interface IRequest
    {
        /// <summary>Its document.</summary>
        byte[] Document(bool cbor);
    }

    /// <summary>An input.</summary>
    internal sealed record Request<T>(T Shape) : IRequest
        where T : class, IShape<T>
    {
        public byte[] Document(bool cbor) => cbor ? CborShapeWriter.Document(Shape) : JsonShapeWriter.Document(Shape);
    }
}

/// <summary>An error of the API, as a client sees it.</summary>
internal sealed class ApiFailure(HttpStatusCode status, string code, string message) : Exception($"{(int)status} {code}: {message}")
{
    public HttpStatusCode Status => status;

    public string Code => code;

    public string Text => message;

    /// <summary>Reads it, and checks that both spellings of the text are there.</summary>
    public static ApiFailure Read(string wire, HttpStatusCode status, byte[] body)
    {
        var members = wire == "cbor" ? Cbor(body) : JsonNode.Parse(body)!.AsObject().ToDictionary(member => member.Key, member => (string)member.Value!);
        Assert.Equal(["Message", "__type", "message"], members.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(members["Message"], members["message"]);
        Assert.StartsWith("com.amazonaws.gamelift#", members["__type"], StringComparison.Ordinal);
        return new ApiFailure(status, members["__type"].Split('#')[1], members["message"]);
    }

    private static Dictionary<string, string> Cbor(byte[] body)
    {
        var reader = new System.Formats.Cbor.CborReader(body);
        var members = new Dictionary<string, string>();
        for (var left = reader.ReadStartMap()!.Value; left > 0; left--)
        {
            members.Add(reader.ReadTextString(), reader.ReadTextString());
        }

        return members;
    }
}
