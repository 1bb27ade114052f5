using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Host;

namespace FleetBridge.Commands;

/// <summary>A running host's servers and workers, as the commands use them.</summary>
internal sealed class FleetClient : IDisposable
{
    private readonly HostTarget _target;
    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <summary>Creates a client of a host.</summary>
    public FleetClient(HostTarget target) => (_target, _url, _client) = (target, target.Root, target.CreateClient());

    public void Dispose() => _client.Dispose();

    /// <summary>Asks for something.</summary>
    /// <param name="path">Such as <c>server/s-1</c>; its variable parts are escaped.</param>
    /// <exception cref="UserException">The host is not there, or refuses.</exception>
    public Task<JsonNode?> GetAsync(string path, CancellationToken cancellation) => CallAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>All parts of a list.</summary>
    /// <exception cref="UserException">The host is not there, or refuses.</exception>
    public async Task<JsonArray> ListAsync(string path, CancellationToken cancellation)
    {
        var items = new JsonArray();
        string? next = null;
        do
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await GetAsync(
                $"{path}{separator}limit=1000{(next is null ? "" : $"&after={Uri.EscapeDataString(next)}")}", cancellation).ConfigureAwait(false);
            foreach (var item in WireJson.Items(page, "items") ?? [])
            {
                items.Add(item!.DeepClone());
            }

            next = WireJson.Text(page, "next");
        }
        while (next is not null);
        return items;
    }

    /// <summary>Sends something.</summary>
    /// <returns>The response; null when it has no body.</returns>
    /// <exception cref="UserException">The host is not there, or refuses.</exception>
    public async Task<JsonNode?> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var response = await SendAsync(
            () => new HttpRequestMessage(method, new Uri(_url, path))
            {
                Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, WireJson.ContentType),
            },
            cancellation).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NoContent
            ? null
            : WireJson.ReadAny(await ReadAsync(response, cancellation).ConfigureAwait(false))
                ?? throw new UserException(ExitCode.Unreachable, $"What responds at {_url} is no FleetBridge host.");
    }

    /// <summary>Opens a stream.</summary>
    /// <exception cref="UserException">The host is not there, or refuses.</exception>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(_url, path)), cancellation);

    /// <summary>An error of a stream that has begun.</summary>
    public static UserException Cut(Exception exception) =>
        new(ExitCode.Unreachable, $"The host does not respond any more: {exception.Message.TrimEnd('.')}.");

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Cut(exception);
        }
    }

    private static ExitCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => ExitCode.Usage,
        HttpStatusCode.NotFound => ExitCode.NotFound,
        HttpStatusCode.ServiceUnavailable => ExitCode.Unreachable,
        _ => ExitCode.ResultFalse,
    };

    /// <summary>The token of this user's own host, which one with <c>--join-always</c> asks for; null for none.</summary>
    private AuthenticationHeaderValue? FindToken()
    {
        try
        {
            return _url.IsLoopback ? TokenFile.Read(new FleetHostOptions().LaunchTokenFile).Header : null;
        }
        catch (TokenFileException)
        {
            // the host's response says which file it is
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            using var request = make();
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized && FindToken() is { } token)
            {
                response.Dispose();
                using var again = make();
                again.Headers.Authorization = token;
                response = await _client.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UserException(ExitCode.Unreachable, _target.Explain(exception, "'fleetbridge host'"));
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var error = HostError.Read(await ReadAsync(response, cancellation).ConfigureAwait(false));
            throw new UserException(
                CodeOf(response.StatusCode), error.Message ?? $"{_url} responded with status {(int)response.StatusCode}, as no FleetBridge host does.");
        }
    }
}
