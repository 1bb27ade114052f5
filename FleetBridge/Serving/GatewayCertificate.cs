using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Host;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>The certificate of a gateway: the user's, or one that is made at the first start and kept.</summary>
internal static class GatewayCertificate
{
    /// <summary>Opens it.</summary>
    /// <param name="file">The user's file, PEM with its key or PFX; null for our own.</param>
    /// <param name="stateFolder">Where our own is kept.</param>
    /// <param name="logger">Says when one is made.</param>
    /// <param name="clock">The clock of its validity.</param>
    /// <exception cref="UserException">The user's file cannot be used.</exception>
    public static X509Certificate2 Open(string? file, string stateFolder, ILogger<HostCertificate> logger, TimeProvider clock)
    {
        if (file is null)
        {
            return new HostCertificate(Path.Combine(stateFolder, "gateway", "certificate.pem"), clock, logger).ReadOrMake();
        }

        try
        {
            var certificate = Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12"
                ? X509CertificateLoader.LoadPkcs12FromFile(file, password: null)
                : X509Certificate2.CreateFromPemFile(file);
            return certificate.HasPrivateKey ? certificate : throw new CryptographicException("it has no private key");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"--certificate {file} cannot be used: {exception.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>How Kestrel encrypts with it.</summary>
    public static TlsHandshakeCallbackOptions Tls(X509Certificate2 certificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        return new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(options) };
    }

    /// <summary>The fingerprint by which a client trusts a certificate that no authority has signed.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
