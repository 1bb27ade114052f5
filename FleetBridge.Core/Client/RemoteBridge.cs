using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client;

/// <summary>A running bridge, over HTTP.</summary>
internal sealed class RemoteBridge : IBridge, IDisposable
{
    // The answer comes when the operation has ended, however long that takes; the bridge sends spaces meanwhile.
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

    /// <summary>Whether its requests have a token.</summary>
    public bool SendsToken => _client.DefaultRequestHeaders.Authorization is not null;

    public async Task<BridgeReply> SendAsync(
        BackendRequest request, CancellationToken cancellation, CallOptions? options = null)
    {
        using var response = await SendAsync(HttpMethod.Post, Target(request), cancellation).ConfigureAwait(false);
        var json = await ReadAsync(response, cancellation).ConfigureAwait(false);
        if (json[EditorJson.OverallResultName] is not JsonValue result || !result.TryGetValue<string>(out _))
        {
            throw Stranger(response);
        }

        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => throw TokenWanted(),
            HttpStatusCode.OK => new BridgeReply(IsNotLoaded(json) ? AnswerStatus.NotLoaded : AnswerStatus.Answered, json),
            HttpStatusCode.NotFound => new BridgeReply(AnswerStatus.NotFound, json),
            HttpStatusCode.BadRequest => new BridgeReply(AnswerStatus.Malformed, json),
            _ => throw new UserException(
                ExitCode.Unreachable, $"{_base} answers {(int)response.StatusCode}: {json[EditorJson.ErrorName] ?? response.ReasonPhrase}"),
        };
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, HealthMessage.Path, cancellation).ConfigureAwait(false);
        var json = await ReadAsync(response, cancellation).ConfigureAwait(false);
        return (json["backends"], $"{json["name"]}") switch
        {
            (JsonArray backends, ProgramInfo.Name) => [.. backends.Select(status => BackendStatusJson.Read(status!))],
            (null, ProgramInfo.Name) => throw TokenWanted(),
            _ => throw Stranger(response),
        };
    }

    public async Task<BackendOutline> OutlineAsync(string name, string version)
    {
        var config = Known(await AskAsync(RequestRunner.ConfigPath).ConfigureAwait(false));
        return new BackendOutline(BackendOutline.SettingsOf(config.Json), await ResourcesAsync().ConfigureAwait(false));

        Task<BridgeReply> AskAsync(string path) => SendAsync(BackendRequests.To((name, version), path), CancellationToken.None);

        BridgeReply Known(BridgeReply reply) => reply.ExitCode == ExitCode.Success
            ? reply
            : throw new UserException(ExitCode.NotFound, reply.Error ?? $"{_base} cannot tell what {name}/{version} offers.");

        async Task<IReadOnlyList<ResourceOutline>> ResourcesAsync()
        {
            var reply = await AskAsync(RequestRunner.ResourcesPath).ConfigureAwait(false);
            if (reply.Status == AnswerStatus.NotFound)
            {
                // It knows the backend, as /config has shown, so it is a bridge that was built before there was /resources.
                var metadata = Known(await AskAsync(RequestRunner.MetadataPath).ConfigureAwait(false));
                return BackendOutline.ResourcesOfMetadata(metadata.Details);
            }

            return BackendOutline.ResourcesOf(Known(reply).Details) ?? throw new UserException(
                ExitCode.Unreachable, $"What answers at {_base} is no FleetBridge: it does not tell the resources of {name}/{version}.");
        }
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

    private static bool IsNotLoaded(JsonObject json) =>
        json[EditorJson.DetailsName] is JsonObject details
        && details[BridgeAnswer.BackendStateDetail] is JsonValue state
        && state.TryGetValue<string>(out var text) && text == BridgeAnswer.NotLoadedState;

    private UserException Stranger(HttpResponseMessage response) => new(
        ExitCode.Unreachable, $"What answers at {_base} is no FleetBridge (status {(int)response.StatusCode}).");

    private UserException TokenWanted() => new(
        ExitCode.Unreachable,
        $"{_base} wants the token of its bridge: name the file that it was started with by --token-file or {TokenFile.Variable}.");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, CancellationToken cancellation)
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
                $"No bridge answers at {_base} ({exception.Message}). Start one with 'fleetbridge serve'.");
        }
    }

    private async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return JsonNode.Parse(text)?.AsObject() ?? throw new JsonException();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UserException(
                ExitCode.Unreachable,
                $"The connection to {_base} was lost before the answer had come. Its log says what became of the request.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Stranger(response);
        }
    }
}
