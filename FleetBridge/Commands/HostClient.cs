using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;

namespace FleetBridge.Commands;

/// <summary>A running host, as its clients know it: the session routes, and the GameLift API in JSON 1.1.</summary>
internal sealed class HostClient : IDisposable
{
    private const string ApiContentType = "application/x-amz-json-1.1";

    private readonly HostTarget _target;
    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <summary>Creates a client of a host.</summary>
    public HostClient(HostTarget target) => (_target, _url, _client) = (target, target.Root, target.CreateClient());

    public void Dispose() => _client.Dispose();

    /// <summary>Calls a session route.</summary>
    /// <param name="route">Such as <c>create_session</c>.</param>
    /// <param name="body">The body; null for a GET.</param>
    /// <param name="key">The header Idempotency-Key; null for none.</param>
    /// <exception cref="UserException">The host is not there, or refuses the request.</exception>
    public Task<JsonNode> CallRouteAsync(string route, JsonObject? body, string? key, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_url, route));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, WireJson.ContentType);
        }

        if (key is not null)
        {
            request.Headers.Add(GatewayHostHandler.KeyHeader, key);
        }

        return SendAsync(request, cancellation);
    }

    /// <summary>Calls an operation of the GameLift API.</summary>
    /// <param name="operation">Such as <c>DescribeGameSessions</c>.</param>
    /// <param name="input">Its input.</param>
    /// <exception cref="UserException">The host is not there, or refuses the request.</exception>
    public Task<JsonNode> CallApiAsync(string operation, JsonObject input, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new StringContent(input.ToJsonString()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ApiContentType);
        request.Headers.Add(GatewayHostHandler.TargetHeader, $"GameLift.{operation}");
        return SendAsync(request, cancellation);
    }

    private static ExitCode CodeOf(int status, string? error) => status switch
    {
        400 => ExitCode.Usage,
        404 => ExitCode.NotFound,

        // GameLift's own errors, such as FleetCapacityExceededException, come from a host that is there; a gateway's do not
        503 when error?.EndsWith("Exception", StringComparison.Ordinal) != true => ExitCode.Unreachable,
        504 => ExitCode.TimedOut,
        _ => ExitCode.ResultFalse,
    };

    private async Task<JsonNode> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using (request)
            using (var response = await _client.SendAsync(request, cancellation).ConfigureAwait(false))
            {
                var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
                var json = WireJson.ReadAny(body);
                if (response.IsSuccessStatusCode && json is not null)
                {
                    return json;
                }

                var (code, said) = HostError.Read(body);
                var message = said ?? $"It responded with status {(int)response.StatusCode}, as no FleetBridge host does.";
                throw new UserException(
                    code == "NotFoundException" ? ExitCode.NotFound : CodeOf((int)response.StatusCode, code),
                    $"{message}{(code is null ? "" : $" ({code})")}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UserException(ExitCode.Unreachable, _target.Explain(exception, "'fleetbridge host' or 'fleetbridge local'"));
        }
    }
}
