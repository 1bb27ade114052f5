using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.State;

namespace FleetBridge.Backends.Local;

/// <summary>A host on this machine, over HTTP: its health, the routes that start game servers, the session routes, the GameLift API.</summary>
internal sealed class HostConnection : IDisposable
{
    private const string ApiContentType = "application/x-amz-json-1.1";
    private const string JsonContentType = "application/json";
    private const string Remedy = "Create the host, or start one with 'fleetbridge host'.";

    private HttpClient? _client;

    // made by the first request: a backend that is installed and not used does not load the framework's clients
    private HttpClient Client => LazyInitializer.EnsureInitialized(ref _client, CreateClient);

    public void Dispose() => _client?.Dispose();

    /// <summary>What a host says of itself; null when there is none on the port.</summary>
    public async Task<JsonObject?> FindHostAsync(BackendContext context)
    {
        try
        {
            using var response = await Client.GetAsync(Address(context, "healthz"), context.Cancellation).ConfigureAwait(false);
            return await ReadAsync(response, context.Cancellation).ConfigureAwait(false) is JsonObject health
                && (string?)health["name"] == "FleetBridge" && (string?)health["process"] == "host"
                ? health
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Calls a route that starts or stops programs: only this user may.</summary>
    /// <exception cref="BackendException">There is no host, or it refuses.</exception>
    public async Task<JsonObject> CallLocalAsync(BackendContext context, HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, Address(context, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ReadToken());
        Add(request, body, JsonContentType);
        return (JsonObject)await SendAsync(context, request).ConfigureAwait(false);
    }

    /// <summary>Calls a session route.</summary>
    /// <exception cref="BackendException">There is no host, or it refuses.</exception>
    public async Task<JsonNode> CallRouteAsync(BackendContext context, string route, JsonObject? body)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, Address(context, route));
        Add(request, body, JsonContentType);
        return await SendAsync(context, request).ConfigureAwait(false);
    }

    /// <summary>Calls an operation of the GameLift API.</summary>
    /// <exception cref="BackendException">There is no host, or it refuses.</exception>
    public async Task<JsonObject> CallApiAsync(BackendContext context, string operation, JsonObject input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(context, ""));
        request.Headers.Add("X-Amz-Target", $"GameLift.{operation}");
        Add(request, input, ApiContentType);
        return (JsonObject)await SendAsync(context, request).ConfigureAwait(false);
    }

    /// <summary>A proxy has no way to this machine.</summary>
    private static HttpClient CreateClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static Uri Address(BackendContext context, string path) =>
        new($"http://127.0.0.1:{context.Settings[LocalSettings.HostHttpPort]}/{path}");

    private static void Add(HttpRequestMessage request, JsonObject? body, string contentType)
    {
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }
    }

    /// <summary>The token that the host has put into its folder. Only its own folder is looked at, whatever the host says.</summary>
    private static string ReadToken()
    {
        var file = Path.Combine(StateFolder.Locate(), "host", "launch-token");
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackendException(
                $"The host's token {file} cannot be read: {exception.Message}",
                "The host has to run as the same user and with the same state folder (FLEETBRIDGE_STATE) as this program.",
                exception);
        }
    }

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<JsonNode> SendAsync(BackendContext context, HttpRequestMessage request)
    {
        try
        {
            using var response = await Client.SendAsync(request, context.Cancellation).ConfigureAwait(false);
            var json = await ReadAsync(response, context.Cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode && json is not null
                ? json
                : throw new BackendException(
                    $"The host on port {request.RequestUri!.Port} refuses: "
                    + ((json as JsonObject)?["message"]?.ToString() ?? $"status {(int)response.StatusCode}."));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new BackendException($"There is no host on port {request.RequestUri!.Port}: {exception.Message.TrimEnd('.')}.", Remedy, exception);
        }
    }
}
