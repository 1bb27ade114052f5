using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Fleet;

/// <summary>A host as the gateway uses it: its HTTP routes, and the GameLift API in JSON 1.1.</summary>
/// <param name="url">The plain port's address.</param>
/// <param name="token">What it asks for; null for a host, which asks for nothing.</param>
internal sealed class HostClient(Uri url, AccessToken? token = null) : IDisposable
{
    private const string ApiContentType = "application/x-amz-json-1.1";
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly HttpClient _client = new(LoopbackHttp.CreateHandler())
    {
        // a call has a deadline of its own
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostBytes,
    };

    public Uri Url => url;

    /// <summary>What to do when nobody responds.</summary>
    public string Remedy { get; init; } = "Start one with 'fleetbridge host' or 'fleetbridge local', or name it with --host-url.";

    /// <summary>What is there.</summary>
    public string Kind { get; init; } = "host";

    public void Dispose() => _client.Dispose();

    /// <summary>Calls a route.</summary>
    /// <param name="verb">The HTTP method.</param>
    /// <param name="path">The path with its query, from the first slash.</param>
    /// <param name="body">The body's JSON; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="MeshException">The host is not there, or has refused it.</exception>
    public Task<ReadOnlyMemory<byte>> CallAsync(string verb, string path, string? body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(url, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, WireJson.ContentType);
        }

        return SendAsync(request, cancellation);
    }

    /// <summary>Calls an operation of the GameLift API.</summary>
    public Task<ReadOnlyMemory<byte>> CallApiAsync(string operation, string input, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/")) { Content = new StringContent(input) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ApiContentType);
        request.Headers.Add("X-Amz-Target", $"GameLift.{operation}");
        return SendAsync(request, cancellation);
    }

    private async Task<ReadOnlyMemory<byte>> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            request.Headers.Authorization = token?.Header;
            using (request)
            using (var response = await _client.SendAsync(request, cancellation).ConfigureAwait(false))
            {
                var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
                var json = Parse(body);
                if (response.IsSuccessStatusCode)
                {
                    return json is not null ? body
                        : body.Length == 0 ? "null"u8.ToArray()
                        : MeshJson.Write(new JsonObject { ["text"] = Encoding.UTF8.GetString(body) });
                }

                var code = WireJson.Text(json, "error") ?? WireJson.Text(json, "__type")?.Split('#')[^1] ?? $"status_{(int)response.StatusCode}";
                var message = WireJson.Text(json, "message") ?? WireJson.Text(json, "Message") ?? $"The {Kind} responded with status {(int)response.StatusCode}.";
                throw new MeshException(new WireError(
                    (int)response.StatusCode == 404 && code.StartsWith("status", StringComparison.Ordinal) ? WireError.NotFound : ShortText.Of(VisibleText.Of(code)),
                    VisibleText.Of(message),
                    Retryable: (int)response.StatusCode is 429 or >= 500));
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            throw new MeshException(new WireError(
                WireError.Unavailable,
                $"No {Kind} responds at {url.GetLeftPart(UriPartial.Authority)}. {Remedy}",
                Retryable: true));
        }
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
