using System.CommandLine;
using System.Security.Cryptography;
using FleetBridge.Core.Client;

namespace FleetBridge.Commands;

/// <summary>The host that a command talks to: by its own address, or by that of a gateway.</summary>
/// <param name="Url">The address.</param>
/// <param name="Written">What the user wrote; null where this is the usual address of a host, which nobody has to ask who it is.</param>
/// <param name="TokenFile">The file with a token for a gateway; null for none.</param>
/// <param name="Fingerprint">The fingerprint of a gateway's certificate; null for one that the system trusts.</param>
internal sealed record HostTarget(Uri Url, string? Written = null, string? TokenFile = null, string? Fingerprint = null)
{
    /// <summary>The usual address.</summary>
    public static string Usual { get; } = $"http://127.0.0.1:{DefaultPorts.Host}";

    /// <summary>The address, to which paths are relative.</summary>
    public Uri Root => new(Url.AbsoluteUri.TrimEnd('/') + "/");

    /// <summary>The host that a command line names.</summary>
    public static HostTarget Of(ParseResult parsed, Option<Uri?> url, Option<string?> tokenFile, Option<string?> fingerprint) =>
        parsed.GetValue(url) is { } named && parsed.GetResult(url)!.Tokens is [var written]
            ? new HostTarget(named, written.Value, parsed.GetValue(tokenFile), parsed.GetValue(fingerprint))
            : new HostTarget(new Uri(Usual));

    /// <summary>Creates a client. A host decides how long its requests take.</summary>
    public HttpClient CreateClient() => new(new GatewayHostHandler(this, CreateHandler())) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What to say when the connection was not possible.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="start">How a host is started.</param>
    public string Explain(Exception exception, string start) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? $"The certificate of {Root} is not trusted. Name its fingerprint with --fingerprint, as the gateway shows it. "
                + $"({(exception.InnerException ?? exception).Message.TrimEnd('.')}.)"
            : $"There is no host at {Root}: {exception.Message.TrimEnd('.')}. Start one with {start}, or name its address with --url.";

    private SocketsHttpHandler CreateHandler()
    {
        // a proxy has no way to this machine, and would see the token of another one
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (Fingerprint is not null)
        {
            var plain = string.Concat(Fingerprint.Where(char.IsAsciiHexDigit)).ToUpperInvariant();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate?.GetCertHashString(HashAlgorithmName.SHA256) == plain;
        }

        return handler;
    }
}
