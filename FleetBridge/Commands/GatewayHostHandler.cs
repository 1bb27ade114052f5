using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Workers.Routes;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Rights;
using FleetBridge.Options;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary>
/// Requests to a host that go through a gateway where the address is one's: on the way they are calls of its service
/// <c>fleet</c>. With a host's own address they are passed on as they are. Who is there is asked once, with the first request.
/// </summary>
/// <param name="target">The address.</param>
/// <param name="inner">The way to a host.</param>
internal sealed class GatewayHostHandler(HostTarget target, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public const string TargetHeader = "X-Amz-Target";
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>The longest that a gateway allows: a host decides how long its requests take.</summary>
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    private GatewayAccess? _access;
    private Uri? _address;
    private Task<GatewayClient?>? _gateway;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _gateway ??= FindAsync(cancellationToken);
        return await _gateway.ConfigureAwait(false) is not { } gateway ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false)
            : IsServerLog(request) ? await ReadLogAsync(request, cancellationToken).ConfigureAwait(false)
            : await CallAsync(gateway, request, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_gateway is { IsCompletedSuccessfully: true, Result: { } gateway })
            {
                gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            _access?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsServerLog(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("/log", StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> CallAsync(GatewayClient gateway, HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)) as JsonObject;
        if (request.Headers.TryGetValues(KeyHeader, out var key))
        {
            body ??= [];
            body[FleetService.IdempotencyKey] = key.First();
        }

        var method = request.Headers.TryGetValues(TargetHeader, out var operation)
            ? $"gamelift/{operation.First().Split('.')[^1]}"
            : $"{request.Method} {request.RequestUri!.PathAndQuery}";
        try
        {
            var result = await gateway.CallAsync(FleetService.ServiceName, method, body, Ttl, cancellation: cancellation).ConfigureAwait(false);
            return Respond(HttpStatusCode.OK, result.ValueKind == JsonValueKind.Undefined ? "null" : result.GetRawText());
        }
        catch (GatewayException exception)
        {
            return Respond(StatusOf(exception), new JsonObject { ["error"] = exception.Code, ["message"] = exception.Message }.ToJsonString());
        }
    }

    /// <summary>The gateway has passed on the host's code, and has codes of its own.</summary>
    private static HttpStatusCode StatusOf(GatewayException exception) => exception.Code switch
    {
        "NotFoundException" => HttpStatusCode.NotFound,
        "bad_params" => HttpStatusCode.BadRequest,
        "timeout" or "still_running" => HttpStatusCode.GatewayTimeout,
        "unavailable" or "stopping" or "too_many" or "rate_limited" or "disconnected" or "closed" or "unreachable" => HttpStatusCode.ServiceUnavailable,
        "internal" => HttpStatusCode.InternalServerError,
        var code => (HttpStatusCode)Problems.StatusOf(code),
    };

    private static HttpResponseMessage Respond(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, WireJson.ContentType) };

    /// <summary>A log is a stream, which the gateway serves beside its WebSocket.</summary>
    private Task<HttpResponseMessage> ReadLogAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.RequestUri = new Uri(_address!, $"/fleet{request.RequestUri!.PathAndQuery}");
        request.Headers.Authorization = new AuthenticationHeaderValue(AccessToken.Scheme, _access!.Token());
        return base.SendAsync(request, cancellation);
    }

    private async Task<GatewayClient?> FindAsync(CancellationToken cancellation)
    {
        if (target.Written is not { } written)
        {
            return null;
        }

        await HttpAddress.ConfirmAsync(written, target.Url, "fleetbridge host", cancellation).ConfigureAwait(false);
        var health = await GatewayFinder.AskAsync(target.Url, cancellation, acceptsAnyCertificate: target.Fingerprint is not null).ConfigureAwait(false);
        if (health is null
            || (health.Process == HealthMessage.Host && !GatewayFinder.IsGateway(target.Url, health))
            || GatewayFinder.Find(target.Url, health) is not { } address)
        {
            return null;
        }

        _address = address;
        _access = new GatewayAccess(address, target.TokenFile, target.Fingerprint, Role.Admin);
        return await _access.ConnectAsync(retriesFirst: false, cancellation).ConfigureAwait(false);
    }
}
