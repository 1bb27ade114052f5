using System.Net;
using System.Text;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;

namespace FleetBridge.Core.Client;

/// <summary>A running bridge, over HTTP.</summary>
internal sealed class RemoteBridge : IBridge, IDisposable
{
    // The response comes when the operation has ended, however long that takes; the bridge sends spaces until then.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly Uri _base;

    /// <summary>Prepares the client.</summary>
    /// <param name="address">Where the bridge is.</param>
    /// <param name="token">Its token; null when it has none. It is sent to this machine only, since it is sent in the clear.
    /// </param>
    public RemoteBridge(Uri address, AccessToken? token = null)
    {
        _base = new Uri(address.GetLeftPart(UriPartial.Authority));
        _client.DefaultRequestHeaders.Authorization = address.IsLoopback ? token?.Header : null;
    }

    /// <summary>How many bytes a response may have. No bridge sends as many, and what does is not read to its end.</summary>
    public int LargestResponse { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether its requests have a token.</summary>
    public bool SendsToken => _client.DefaultRequestHeaders.Authorization is not null;

    public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options)
    {
        var (code, json) = await SendAsync(HttpMethod.Post, Target(request), options.Aborted).ConfigureAwait(false);
        var status = HttpStatus.Read((int)code);
        var response = ResponseMessage.Read(json, status ?? ResponseStatus.Completed, BridgePaths.ShapeOf(request)) ?? throw NoBridge(code);
        return status is not null ? response : throw (code == HttpStatusCode.Unauthorized
            ? TokenRequired()
            : new UserException(ExitCode.Unreachable, $"The bridge at {_base} responded with status {(int)code}: {response.Error}"));
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        var (code, json) = await SendAsync(HttpMethod.Get, HealthMessage.Path, cancellation).ConfigureAwait(false);
        var health = HealthMessage.Read(json) is { Process: HealthMessage.Serve } serving ? serving : throw NoBridge(code);
        return health.Backends ?? throw TokenRequired();
    }

    public async Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation)
    {
        var config = Demand(await RequestAsync(BridgePaths.Config).ConfigureAwait(false));
        return new BackendOutline(ConfigMessage.Read(config), await ResourcesAsync().ConfigureAwait(false));

        Task<BridgeResponse> RequestAsync(string path) =>
            SendAsync(BackendRequests.To((name, version), path), new RequestOptions { Aborted = cancellation });

        BridgeResponse Demand(BridgeResponse response) => response.ExitCode == ExitCode.Success
            ? response
            : throw new UserException(ExitCode.NotFound, response.Error ?? $"{_base} did not return the settings of {name}/{version}.");

        async Task<IReadOnlyList<ResourceOutline>> ResourcesAsync()
        {
            var response = await RequestAsync(BridgePaths.Resources).ConfigureAwait(false);
            if (response.Status == ResponseStatus.NotFound)
            {
                // It knows the backend, as /config has shown, so it is a bridge that was built before there was /resources.
                var metadata = Demand(await RequestAsync(BridgePaths.Metadata).ConfigureAwait(false));
                return MetadataMessage.Read(metadata.Details) is { } read ? OlderBridge.ResourcesOf(read) : throw NoResources();
            }

            return ResourcesMessage.Read(Demand(response).Details) ?? throw NoResources();
        }

        UserException NoResources() => new(
            ExitCode.Unreachable, $"The program at {_base} is not a FleetBridge: it did not return the resources of {name}/{version}.");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A request as the editor would write it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The target of its request line.</returns>
    public static string Target(BackendRequest request)
    {
        var target = new StringBuilder();
        foreach (var segment in request.Segments.Prepend(request.Version).Prepend(request.Backend))
        {
            target.Append('/').Append(Uri.EscapeDataString(segment));
        }

        var separator = '?';
        foreach (var (key, value) in request.Parameters)
        {
            target.Append(separator).Append(Uri.EscapeDataString(key)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return target.ToString();
    }

    private UserException NoBridge(HttpStatusCode code) => new(
        ExitCode.Unreachable, $"The program at {_base} is not a FleetBridge (status {(int)code}).");

    private UserException TokenRequired() => new(
        ExitCode.Unreachable,
        $"{_base} requires a token: use --token-file or {TokenFile.Variable} with the file that the bridge was started with.");

    private async Task<(HttpStatusCode Code, byte[] Json)> SendAsync(HttpMethod method, string target, CancellationToken cancellation)
    {
        using var response = await BeginAsync(method, target, cancellation).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestResponse, cancellation).ConfigureAwait(false);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw NoBridge(response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UserException(
                ExitCode.Unreachable,
                $"The connection to {_base} was lost before the response arrived. The bridge's log shows what became of the request.");
        }
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpMethod method, string target, CancellationToken cancellation)
    {
        try
        {
            using var message = new HttpRequestMessage(method, new Uri(_base, target));
            return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new UserException(
                ExitCode.Unreachable,
                $"No bridge is running at {_base} ({exception.Message}). Start one with 'fleetbridge serve'.");
        }
    }
}
