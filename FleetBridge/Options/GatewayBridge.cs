using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Options;

/// <summary>A bridge behind a gateway, as the commands use it.</summary>
internal sealed class GatewayBridge : IBridge, IAsyncDisposable
{
    /// <summary>The longest time of one call. What changes something runs on, and is waited for by its outcome.</summary>
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    private readonly Uri _address;
    private readonly GatewayAccess _access;
    private Task<GatewayClient>? _client;

    /// <summary>Prepares it; the first request connects.</summary>
    public GatewayBridge(Uri address, string? tokenFile, string? fingerprint) =>
        (_address, _access) = (address, new GatewayAccess(address, tokenFile, fingerprint, Role.Admin));

    public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options)
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in request.Parameters)
        {
            parameters[name] = value;
        }

        var path = string.Join('/', request.Segments.Prepend(request.Version).Prepend(request.Backend).Select(Uri.EscapeDataString));
        try
        {
            var result = await CallAsync(path, parameters, options.Aborted).ConfigureAwait(false);
            return ResponseMessage.Read(Encoding.UTF8.GetBytes(result.GetRawText()), ResponseStatus.Completed, BridgePaths.ShapeOf(request))
                ?? throw new UserException(ExitCode.Unreachable, $"The gateway at {_address} sent a result that is no bridge's.");
        }
        catch (GatewayException exception) when (exception.Code == "not_found")
        {
            return BridgeResponse.NotFound(exception.Message);
        }
        catch (GatewayException exception)
        {
            throw Explain(exception);
        }
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        try
        {
            var client = await ConnectAsync(cancellation).ConfigureAwait(false);
            var result = await client.CallAsync(BridgeService.ServiceName, BridgeService.Backends, cancellation: cancellation).ConfigureAwait(false);
            return BackendStatusMessage.Read(WireJson.Items(JsonNode.Parse(result.GetRawText()), BridgeService.Backends) ?? []);
        }
        catch (GatewayException exception)
        {
            throw Explain(exception);
        }
    }

    public async Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation)
    {
        var config = Demand(await RequestAsync(BridgePaths.Config).ConfigureAwait(false));
        var resources = Demand(await RequestAsync(BridgePaths.Resources).ConfigureAwait(false));
        return new BackendOutline(ConfigMessage.Read(config), ResourcesMessage.Read(resources.Details) ?? []);

        Task<BridgeResponse> RequestAsync(string path) =>
            SendAsync(BackendRequests.To((name, version), path), new RequestOptions { Aborted = cancellation });

        BridgeResponse Demand(BridgeResponse response) => response.ExitCode == ExitCode.Success
            ? response
            : throw new UserException(ExitCode.NotFound, response.Error ?? $"{_address} did not return the settings of {name}/{version}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is { IsCompletedSuccessfully: true })
        {
            await (await _client.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _access.Dispose();
    }

    private async Task<JsonElement> CallAsync(string path, JsonObject parameters, CancellationToken cancellation)
    {
        var client = await ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await client.CallAsync(BridgeService.ServiceName, path, parameters, Ttl, cancellation: cancellation).ConfigureAwait(false);
        }
        catch (GatewayException exception) when (exception is { Code: "still_running", Call: not null } && !cancellation.IsCancellationRequested)
        {
            return await OutcomeAsync(client, exception.Call, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<JsonElement> OutcomeAsync(GatewayClient client, string call, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await client.CallAsync(
                    BridgeService.ServiceName, BridgeService.Outcome, new JsonObject { ["call"] = call }, Ttl, cancellation: cancellation).ConfigureAwait(false);
            }
            catch (GatewayException exception) when (exception.Code == "still_running" && !cancellation.IsCancellationRequested)
            {
                // it takes longer
            }
        }
    }

    private Task<GatewayClient> ConnectAsync(CancellationToken cancellation) => _client ??= _access.ConnectAsync(retriesFirst: false, cancellation);

    private UserException Explain(GatewayException exception) => new(
        exception.Code is "forbidden" or "timeout" ? ExitCode.ResultFalse : ExitCode.Unreachable,
        $"The gateway at {_address}: {exception.Message}");
}
