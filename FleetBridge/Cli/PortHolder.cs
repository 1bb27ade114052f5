using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Hosting;
using FleetBridge.Protocol;

namespace FleetBridge.Cli;

/// <summary>Who holds a port that was wanted, as far as it tells when it is asked over HTTP.</summary>
internal static class PortHolder
{
    /// <summary>For how long it is asked: whoever has started a second bridge waits meanwhile.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    private const int MostBytes = 1024 * 1024;

    /// <summary>Asks it.</summary>
    /// <param name="endPoint">What it holds.</param>
    /// <returns>Such as "FleetBridge 0.1.0 (process 4711)"; null when it does not say.</returns>
    public static async Task<string?> AskAsync(IPEndPoint endPoint)
    {
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
            {
                Timeout = AskLimit,
                MaxResponseContentBufferSize = MostBytes,
            };
            using var answer = await client.GetAsync(new Uri($"http://{endPoint}{HealthEndpoint.Path}")).ConfigureAwait(false);
            var server = Clean(answer.Headers.Server.ToString());
            return NameOf(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))
                ?? (server.Length > 0 ? $"a program that calls itself '{server}'" : "a web server that does not tell its name");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject json && json["name"] is JsonValue name && $"{name}" == ProgramInfo.Name
                ? $"{ProgramInfo.Name} {Clean($"{json["version"]}")} (process {Clean($"{json["pid"]}")})"
                    + (json["stopping"] is JsonValue stopping && stopping.TryGetValue(out bool stops) && stops
                        ? ", which stops as soon as its operations have cleaned up"
                        : "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A stranger's words on the user's terminal.</summary>
    private static string Clean(string text) =>
        Unknown.Shorten(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)));
}
