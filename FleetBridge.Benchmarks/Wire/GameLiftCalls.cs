using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A back end that calls the GameLift API of a host, or of a program that answers everything with the same bytes.</summary>
internal sealed class GameLiftCalls(int port) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    /// <summary>Calls an operation.</summary>
    /// <returns>The response; null when it is an error.</returns>
    public async Task<byte[]?> CallAsync(string operation, string input, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative))
        {
            Content = new StringContent(input, Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        request.Headers.Add("X-Amz-Target", "GameLift." + operation);
        using var response = await _http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return response.StatusCode == HttpStatusCode.OK ? body : null;
    }

    /// <summary>Makes a game session; waits for a free server where none is.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateGameSessionAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await CallAsync("CreateGameSession", """{"FleetId":"fleet-local","MaximumPlayerSessionCount":4}""", cancellation) is { } body)
            {
                return (string)JsonNode.Parse(body)!["GameSession"]!["GameSessionId"]!;
            }

            await Task.Delay(1, cancellation);
        }
    }

    public void Dispose() => _http.Dispose();
}
