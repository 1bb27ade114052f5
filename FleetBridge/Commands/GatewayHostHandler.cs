using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Fleet;
using FleetBridge.Gateway.Rights;
using FleetBridge.Options;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary>
/// Requests to a host that go through a gateway where the address is one's: on the way they are calls of its service
/// <c>fleet</c>. With a host's own address they are passed on as they are.
/// </summary>
/// <param name="tokenFile">The file with a token; null for none.</param>
/// <param name="fingerprint">The fingerprint of the gateway's certificate; null for one that the system trusts.</param>
/// <param name="inner">The way to a host.</param>
internal sealed class GatewayHostHandler(string? tokenFile, string? fingerprint, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string TargetHeader = "X-Amz-Target";
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(2);

    private GatewayAccess? _access;
    private Task<GatewayClient?>? _gateway;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _gateway ??= FindAsync(request.RequestUri!, cancellationToken);
        return await _gateway.ConfigureAwait(false) is { } gateway
            ? await CallAsync(gateway, request, cancellationToken).ConfigureAwait(false)
            : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
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

    private static async Task<HttpResponseMessage> CallAsync(GatewayClient gateway, HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)) as JsonObject;
        var method = request.Headers.TryGetValues(TargetHeader, out var target)
            ? $"gamelift/{target.First().Split('.')[^1]}"
            : $"{request.Method} {request.RequestUri!.PathAndQuery}";
        try
        {
            var result = await gateway.CallAsync(FleetService.ServiceName, method, body, Ttl, cancellation: cancellation).ConfigureAwait(false);
            return Respond(HttpStatusCode.OK, result.GetRawText());
        }
        catch (GatewayException exception)
        {
            var status = exception.Code switch
            {
                "not_found" => HttpStatusCode.NotFound,
                "forbidden" => HttpStatusCode.Forbidden,
                "bad_params" => HttpStatusCode.BadRequest,
                "timeout" or "still_running" => HttpStatusCode.GatewayTimeout,
                _ => HttpStatusCode.BadGateway,
            };
            return Respond(status, new JsonObject { ["error"] = exception.Code, ["message"] = exception.Message }.ToJsonString());
        }
    }

    private static HttpResponseMessage Respond(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, WireJson.ContentType) };

    private async Task<GatewayClient?> FindAsync(Uri address, CancellationToken cancellation)
    {
        var health = await GatewayFinder.AskAsync(address, cancellation, acceptsAnyCertificate: fingerprint is not null).ConfigureAwait(false);
        if (health is null || health.Process == HealthMessage.Host
            || await GatewayFinder.FindAsync(address, cancellation, acceptsAnyCertificate: fingerprint is not null).ConfigureAwait(false) is not { } gateway)
        {
            return null;
        }

        _access = new GatewayAccess(gateway, tokenFile, fingerprint, Role.Admin);
        return await _access.ConnectAsync(retriesFirst: false, cancellation).ConfigureAwait(false);
    }
}
