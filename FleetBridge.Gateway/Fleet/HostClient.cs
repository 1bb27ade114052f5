using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Fleet;

/// <summary>A host as the gateway uses it: its HTTP routes, and the GameLift API in JSON 1.1.</summary>
/// <param name="find">Says the plain port's address, for each request: a host may start later, on another port.</param>
/// <param name="token">What it asks for; null for a host, which asks for nothing.</param>
internal sealed class HostClient(Func<Uri> find, AccessToken? token = null) : IDisposable
{
    private const string ApiContentType = "application/x-amz-json-1.1";
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>The end of a longer text is what is wanted, and a consumer that leaves 1 MiB unread is closed.</summary>
    private const int MostText = 512 * 1024;

    private readonly HttpClient _client = new(LoopbackHttp.CreateHandler())
    {
        // a call has a deadline of its own
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>A host that has one address.</summary>
    /// <param name="url">The plain port's address.</param>
    /// <param name="token">What it asks for; null for a host, which asks for nothing.</param>
    public HostClient(Uri url, AccessToken? token = null)
        : this(() => url, token)
    {
    }

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
    public Task<ReadOnlyMemory<byte>> CallAsync(string verb, string path, string? body, CancellationToken cancellation) =>
        CallAsync(verb, path, body, key: null, cancellation);

    /// <summary>Calls a route.</summary>
    /// <param name="verb">The HTTP method.</param>
    /// <param name="path">The path with its query, from the first slash.</param>
    /// <param name="body">The body's JSON; null for none.</param>
    /// <param name="key">The header Idempotency-Key; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="MeshException">The host is not there, or has refused it.</exception>
    public Task<ReadOnlyMemory<byte>> CallAsync(string verb, string path, string? body, string? key, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(find(), path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, WireJson.ContentType);
        }

        if (key is { Length: > 0 } && !key.Any(char.IsControl))
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return SendAsync(request, cancellation);
    }

    /// <summary>Opens a stream of the host.</summary>
    /// <param name="path">The path with its query, from the first slash.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="MeshException">The host is not there, or has refused it.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(find(), path));
        request.Headers.Authorization = token?.Header;
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw Refused(response, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            throw Absent();
        }
    }

    /// <summary>Calls an operation of the GameLift API.</summary>
    public Task<ReadOnlyMemory<byte>> CallApiAsync(string operation, string input, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(find(), "/")) { Content = new StringContent(input) };
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
                return !response.IsSuccessStatusCode ? throw Refused(response, body)
                    : response.Content.Headers.ContentType?.MediaType == "text/plain"
                        ? MeshJson.Write(new JsonObject { ["text"] = Encoding.UTF8.GetString(body.AsSpan(Math.Max(0, body.Length - MostText))) })
                    : body.Length == 0 ? "null"u8.ToArray()
                    : body;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            throw Absent();
        }
    }

    /// <summary>What a host has refused: a problem (RFC 9457) of the fleet's routes, or an error of the other ones.</summary>
    private MeshException Refused(HttpResponseMessage response, byte[] body)
    {
        var (error, status) = (HostError.Read(body), (int)response.StatusCode);
        var code = error.Code ?? (status == 404 ? WireError.NotFound : $"status_{status}");
        var message = error.Message ?? $"The {Kind} responded with status {status}.";
        return new MeshException(new WireError(ShortText.Of(VisibleText.Of(code)), VisibleText.Of(message), Retryable: status is 429 or >= 500));
    }

    private MeshException Absent() => new(new WireError(
        WireError.Unavailable,
        $"No {Kind} responds at {find().GetLeftPart(UriPartial.Authority)}. {Remedy}",
        Retryable: true));
}
