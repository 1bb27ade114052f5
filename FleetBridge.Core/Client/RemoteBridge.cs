using System.Net;
using System.Text;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client;

/// <summary>A running bridge, over HTTP.</summary>
internal sealed class RemoteBridge : IBridge, IDisposable
{
    /// <summary>How long the other side may send nothing. A bridge sends spaces every five seconds while an operation runs.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long any operation may take. The longest known are uploads of some hours.</summary>
    public static readonly TimeSpan OperationLimit = TimeSpan.FromHours(24);

    /// <summary>How long the response to a question may take that runs no operation.</summary>
    public static readonly TimeSpan QuestionLimit = TimeSpan.FromMinutes(2);

    // SilenceLimit and the others apply instead: an operation may take longer than any timeout that suits a connection
    private readonly HttpClient _client = new(LoopbackHttp.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _base;

    /// <summary>Prepares the client.</summary>
    /// <param name="address">Where the bridge is.</param>
    /// <param name="token">Its token; null when it has none. It is sent to this machine only, since it is sent in the clear.
    /// </param>
    public RemoteBridge(Uri address, AccessToken? token = null)
    {
        _base = new Uri(address.GetLeftPart(UriPartial.Authority));
        _client.DefaultRequestHeaders.Authorization = address.IsLoopback ? token?.Header : null;
        _client.DefaultRequestHeaders.UserAgent.Add(new(ProgramInfo.Name, ProgramInfo.Version));
    }

    /// <summary>How many bytes a response may have. No bridge sends as many, and what does is not read to its end.</summary>
    public int LargestResponse { get; init; } = 64 * 1024 * 1024;

    /// <summary>The clock of its limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether its requests have a token.</summary>
    public bool SendsToken => _client.DefaultRequestHeaders.Authorization is not null;

    public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options)
    {
        var (code, json) = await SendAsync(HttpMethod.Post, Target(request), LimitOf(request), options.Aborted).ConfigureAwait(false);
        var status = HttpStatus.Read((int)code);
        var response = ResponseMessage.Read(json, status ?? ResponseStatus.Completed, BridgePaths.ShapeOf(request)) ?? throw NoBridge(code);
        return status is not null ? response : throw (code == HttpStatusCode.Unauthorized
            ? TokenRequired()
            : new UserException(ExitCode.Unreachable, $"The bridge at {_base} responded with status {(int)code}: {response.Error}"));
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        var (code, json) = await SendAsync(HttpMethod.Get, HealthMessage.Path, QuestionLimit, cancellation).ConfigureAwait(false);
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

    private static TimeSpan LimitOf(BackendRequest request) =>
        request.Segments is [BridgePaths.Metadata or BridgePaths.Config or BridgePaths.Resources] ? QuestionLimit : OperationLimit;

    private async Task<(HttpStatusCode Code, byte[] Json)> SendAsync(
        HttpMethod method, string target, TimeSpan limit, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(limit, Clock);
        using var silent = new RestartedLimit(SilenceLimit, Clock);
        silent.Restart();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(late.Token, silent.Token, cancellation);
        try
        {
            using var response = await BeginAsync(method, target, any.Token).ConfigureAwait(false);
            return (response.StatusCode, await ReadAsync(response, silent, any.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new UserException(ExitCode.Unreachable, late.IsCancellationRequested
                ? $"The program at {_base} did not end its response within {DurationText.Of(limit)}."
                : $"The program at {_base} has sent nothing for {DurationText.Of(SilenceLimit)}. Is it a FleetBridge?");
        }
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpMethod method, string target, CancellationToken cancellation)
    {
        try
        {
            using var message = new HttpRequestMessage(method, new Uri(_base, target));
            return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            throw new UserException(
                ExitCode.Unreachable,
                $"No bridge is running at {_base} ({exception.Message}). Start one with 'fleetbridge serve'.");
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, RestartedLimit silent, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
                {
                    silent.Restart();
                    if (body.Length + count > LargestResponse)
                    {
                        throw NoBridge(response.StatusCode);
                    }

                    body.Write(buffer, 0, count);
                }
            }
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            throw new UserException(
                ExitCode.Unreachable,
                $"The connection to {_base} was lost before the response arrived. The bridge's log shows what became of the request.");
        }

        return body.ToArray();
    }

    /// <summary>What the framework throws for a connection that breaks, and for bytes that are no HTTP.</summary>
    private static bool IsOfConnection(Exception exception) =>
        exception is HttpRequestException or IOException or InvalidOperationException or FormatException or NotSupportedException;
}
