using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client;

/// <summary>Who holds a port that was wanted, as far as it tells when it is asked over HTTP.</summary>
/// <param name="Words">Such as "FleetBridge 0.1.0 (process 4711)".</param>
/// <param name="Version">The version, where it is a FleetBridge; null for a stranger.</param>
internal sealed record PortOwner(string Words, string? Version)
{
    /// <summary>For how long it is asked: whoever has started a second bridge waits meanwhile.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    private const int MostBytes = 1024 * 1024;

    /// <summary>Asks it.</summary>
    /// <param name="endPoint">What it holds.</param>
    /// <returns>Who it is; null when it does not say.</returns>
    public static async Task<PortOwner?> AskAsync(IPEndPoint endPoint)
    {
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
            {
                Timeout = AskLimit,
                MaxResponseContentBufferSize = MostBytes,
            };
            using var answer = await client.GetAsync(new Uri($"http://{endPoint}{HealthMessage.Path}")).ConfigureAwait(false);
            var server = Clean(answer.Headers.Server.ToString());
            return Read(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)) ?? new PortOwner(
                server.Length > 0 ? $"a program that calls itself '{server}'" : "a web server that does not tell its name",
                Version: null);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Null for what is no FleetBridge's answer.</summary>
    private static PortOwner? Read(string body)
    {
        try
        {
            if (JsonNode.Parse(body) is not JsonObject json || json["name"] is not JsonValue name || $"{name}" != ProgramInfo.Name)
            {
                return null;
            }

            var version = Clean($"{json["version"]}");
            var stops = json["stopping"] is JsonValue stopping && stopping.TryGetValue(out bool value) && value;
            return new PortOwner(
                $"{ProgramInfo.Name} {version} (process {Clean($"{json["pid"]}")})"
                    + (stops ? ", which stops as soon as its operations have cleaned up" : ""),
                version);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A stranger's words on the user's terminal.</summary>
    private static string Clean(string text) =>
        ShortText.Of(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)));
}
