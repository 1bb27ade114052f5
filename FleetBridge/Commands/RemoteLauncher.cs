using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Local;

namespace FleetBridge.Commands;

/// <summary>A host that runs in another process of this user, and starts game servers for this one.</summary>
internal sealed class RemoteLauncher : IDisposable
{
    /// <summary>A host answers at once.</summary>
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client;

    private RemoteLauncher(HttpClient client, HealthMessage health) => (_client, Health) = (client, health);

    /// <summary>What it says of itself.</summary>
    public HealthMessage Health { get; }

    /// <summary>Looks for a host on a port of this machine; null when there is none.</summary>
    /// <param name="httpPort">The plain port; 0 never has one.</param>
    public static async Task<RemoteLauncher?> FindAsync(int httpPort, CancellationToken cancellation)
    {
        if (httpPort == 0)
        {
            return null;
        }

        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = LookLimit })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            using var limit = new CancellationTokenSource(LookLimit, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            var body = await client.GetByteArrayAsync(new Uri(HealthMessage.Path, UriKind.Relative), either.Token).ConfigureAwait(false);
            if (HealthMessage.Read(body) is { Process: HealthMessage.Host, IsStopping: false } health)
            {
                return new RemoteLauncher(client, health);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // whoever has the port is found when it is bound
        }

        client.Dispose();
        return null;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The line by which programs know a host.</summary>
    public string AnnounceJson() => new JsonObject
    {
        ["name"] = ProgramInfo.Name,
        ["version"] = Health.Version,
        ["http_port"] = Health.HttpPort,
        ["tls_port"] = Health.TlsPort,
        ["pid"] = Health.ProcessId,
        ["store"] = Health.Store,
    }.ToJsonString();

    /// <summary>What a server that is started elsewhere has to know.</summary>
    /// <exception cref="UserException">The host refuses, or is gone.</exception>
    public async Task<JsonObject> GetVariablesAsync(CancellationToken cancellation)
    {
        using var response = await SendAsync(LocalRoutes.VariablesPath, new JsonObject(), cancellation).ConfigureAwait(false);
        return WireJson.Read(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)) ?? new JsonObject();
    }

    /// <summary>Starts servers, which stop when the caller stops reading.</summary>
    /// <exception cref="UserException">The host refuses, or is gone.</exception>
    public async IAsyncEnumerable<LocalEvent> RunAsync(ServerLaunch launch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await SendAsync(LocalRoutes.ServersPath, LaunchRequest.Write(launch, follow: true), cancellation).ConfigureAwait(false);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        while (await ReadAsync(lines, cancellation).ConfigureAwait(false) is { } line)
        {
            if (LocalEvent.Parse(line) is { } happened)
            {
                yield return happened;
            }
        }
    }

    private static async Task<string?> ReadAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, WireJson.ContentType),
        };
        try
        {
            request.Headers.Authorization = TokenFile.Read(new FleetHostOptions().LaunchTokenFile).Header;
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            var error = WireJson.Read(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            response.Dispose();
            throw new UserException(
                (int)response.StatusCode == 400 ? ExitCode.Usage : ExitCode.ResultFalse,
                $"The host on port {Health.HttpPort} refuses: {WireJson.Text(error, "message") ?? $"status {(int)response.StatusCode}"}");
        }
        catch (TokenFileException exception)
        {
            throw new UserException(
                ExitCode.Usage,
                $"The host on port {Health.HttpPort} (process {Health.ProcessId}) has another state folder, or is another user's: {exception.Message} "
                + "Choose other ports with --http-port and --tls-port to start a host here.");
        }
        catch (HttpRequestException exception)
        {
            throw new UserException(ExitCode.Unreachable, $"The host on port {Health.HttpPort} does not respond any more: {exception.Message}");
        }
    }
}
