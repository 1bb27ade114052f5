using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;

namespace FleetBridge.Fleet.Joining;

/// <summary>Registers a worker with its host. The first certificate that is seen is trusted from then on, and no other one.</summary>
/// <param name="host">The host.</param>
/// <param name="fingerprint">The fingerprint of its certificate; null if none was seen before.</param>
internal sealed class HostRegistration(HostAddress host, string? fingerprint) : IDisposable
{
    private HttpClient? _client;
    private string? _other;

    /// <summary>The fingerprint of the host's certificate; null before the first connection, and for a plain port.</summary>
    public string? Fingerprint { get; private set; } = fingerprint;

    private HttpClient Client => _client ??= new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => Trusts(shown?.GetCertHashString(HashAlgorithmName.SHA256)) },
    })
    {
        BaseAddress = host.Http,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks for the id of a new worker.</summary>
    /// <exception cref="RegistrationException">The host refuses, or cannot be reached.</exception>
    public async Task<string> InviteAsync(CancellationToken cancellation)
    {
        var response = await SendAsync("worker", new JsonObject(), null, cancellation).ConfigureAwait(false);
        return WireJson.Text(response, "id")
            ?? throw new RegistrationException($"{host.Http} responds as no FleetBridge host does.", null, isFinal: true);
    }

    /// <summary>Registers a worker.</summary>
    /// <param name="workerId">Its id.</param>
    /// <param name="secret">The secret by which it is known from now on.</param>
    /// <param name="name">Its name.</param>
    /// <param name="apiUrl">Its private API.</param>
    /// <param name="token">The join token that its user has given it; null for none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="RegistrationException">The host refuses, or cannot be reached.</exception>
    public Task RegisterAsync(string workerId, string secret, string name, string apiUrl, string? token, CancellationToken cancellation)
    {
        var body = new JsonObject { ["name"] = name, ["api_url"] = apiUrl };
        if (token is not null)
        {
            body["join_token"] = token;
        }

        return SendAsync($"worker/{Uri.EscapeDataString(workerId)}", body, secret, cancellation);
    }

    public void Dispose() => _client?.Dispose();

    private bool Trusts(string? shown)
    {
        Fingerprint ??= shown;
        _other = shown == Fingerprint ? null : shown;
        return shown is not null && shown == Fingerprint;
    }

    private async Task<JsonObject> SendAsync(string path, JsonObject body, string? secret, CancellationToken cancellation)
    {
        try
        {
            var (status, response) = host.IsSecure
                ? await ExchangeAsync(path, body.ToJsonString(), secret, cancellation).ConfigureAwait(false)
                : await ExchangeOnLoopbackAsync(path, body.ToJsonString(), secret, cancellation).ConfigureAwait(false);
            var json = WireJson.Read(response);
            if (status is >= 200 and < 300 && json is not null)
            {
                return json;
            }

            var detail = WireJson.Text(json, "detail") ?? WireJson.Text(json, "message") ?? $"It responds with status {status}.";
            throw new RegistrationException(
                $"The host {host.Http} refuses this worker: {detail}",
                WireJson.Text(json, "code"),
                isFinal: status is >= 400 and < 500 and not 408 and not 429);
        }
        catch (Exception exception) when (IsUnreachable(exception))
        {
            if (_other is { } other)
            {
                throw new RegistrationException(
                    $"The host {host.Http} shows a certificate with the fingerprint {other}, and this worker trusts {Fingerprint} since it joined. If the host's "
                    + "certificate was replaced, start the worker with another data folder.",
                    null,
                    isFinal: true);
            }

            var innermost = exception.GetBaseException();
            throw new RegistrationException(
                $"The host {host.Http} cannot be reached: {innermost.Message.TrimEnd('.')}.",
                null,
                isFinal: false,
                isNobodyThere: innermost is SocketException { SocketErrorCode: SocketError.ConnectionRefused });
        }
    }

    /// <remarks>Not inlined: the framework's client would be loaded for a plain port too.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsUnreachable(Exception exception) => exception is SocketException or IOException or HttpRequestException;

    private async Task<(int Status, byte[] Body)> ExchangeAsync(string path, string body, string? secret, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, WireJson.ContentType),
        };
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue(AccessToken.Scheme, secret);
        using var response = await Client.SendAsync(request, cancellation).ConfigureAwait(false);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }

    private async Task<(int Status, byte[] Body)> ExchangeOnLoopbackAsync(
        string path, string body, string? secret, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string> { ["Content-Type"] = WireJson.ContentType, ["Connection"] = "close" };
        if (secret is not null)
        {
            headers["Authorization"] = $"{AccessToken.Scheme} {secret}";
        }

        using var exchange = await LoopbackExchange.SendAsync(
            "POST", new Uri(host.Http, path), headers, Encoding.UTF8.GetBytes(body), cancellation).ConfigureAwait(false);
        return (exchange.Status, await exchange.ReadBodyAsync(cancellation).ConfigureAwait(false));
    }
}

/// <summary>A worker could not register.</summary>
/// <param name="message">Why, as a sentence.</param>
/// <param name="code">The host's name for the refusal.</param>
/// <param name="isFinal">Whether trying again cannot help.</param>
/// <param name="isNobodyThere">Whether nobody listens on the port.</param>
internal sealed class RegistrationException(string message, string? code, bool isFinal, bool isNobodyThere = false) : Exception(message)
{
    public string? Code { get; } = code;

    public bool IsFinal { get; } = isFinal;

    public bool IsNobodyThere { get; } = isNobodyThere;
}
