using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>
/// The certificate of a host's TLS port: its own, made at the first start and kept, so that a client that was told to trust it
/// continues to do so. The server SDKs for C++ and C# do not verify it; the one for Go does, with <c>SSL_CERT_FILE</c> as this file.
/// </summary>
/// <param name="file">Where it is kept: the certificate and its private key as PEM, readable by this user only.</param>
/// <param name="clock">The clock of its validity.</param>
/// <param name="logger">Says when a new one is made.</param>
internal sealed partial class HostCertificate(string file, TimeProvider clock, ILogger logger)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Long enough that no developer meets its end by surprise, and replaced before that.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>How long before its end it is replaced, and how far other clocks may be behind.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private Task<SslServerAuthenticationOptions>? _options;

    /// <summary>Where it is kept.</summary>
    public string Path { get; } = file;

    /// <summary>How Kestrel encrypts. The first connection waits until the certificate is read, or made.</summary>
    public TlsHandshakeCallbackOptions Tls => new()
    {
        OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(PrepareAsync()),
    };

    /// <summary>Reads the certificate, or makes it, once.</summary>
    /// <returns>How a connection is encrypted.</returns>
    public Task<SslServerAuthenticationOptions> PrepareAsync()
    {
        lock (_lock)
        {
            return _options ??= Task.Run(MakeOptions);
        }
    }

    /// <summary>Reads the certificate; makes a new one where there is none that can be used.</summary>
    /// <returns>The certificate with its private key.</returns>
    public X509Certificate2 ReadOrMake()
    {
        try
        {
            if (File.Exists(Path))
            {
                var kept = X509Certificate2.CreateFromPemFile(Path);
                if (kept.NotAfter.ToUniversalTime() > clock.GetUtcNow().UtcDateTime + Margin)
                {
                    return Usable(kept);
                }

                LogReplaced(Path, $"it ends on {kept.NotAfter:yyyy-MM-dd}");
                kept.Dispose();
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            LogReplaced(Path, exception.Message);
        }

        return Usable(Keep(Make()));
    }

    /// <summary>The SHA-256 of the certificate in hexadecimal, by which a worker knows the host that it joined.</summary>
    public async Task<string?> ReadFingerprintAsync()
    {
        var options = await PrepareAsync().ConfigureAwait(false);
        return options.ServerCertificateContext!.TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    private SslServerAuthenticationOptions MakeOptions() => new()
    {
        // made once: by default the server would build the chain again for each connection
        ServerCertificateContext = SslStreamCertificateContext.Create(ReadOrMake(), additionalCertificates: null, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=FleetBridge", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = clock.GetUtcNow();
        return request.CreateSelfSigned(now - Margin, now + Validity);
    }

    /// <summary>Writes it, whole or not at all; a host that cannot write it continues with one for this run.</summary>
    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        var partial = $"{Path}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(partial, options))
            {
                using var key = certificate.GetECDsaPrivateKey()!;
                writer.WriteLine(certificate.ExportCertificatePem());
                writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
            }

            File.Move(partial, Path, overwrite: true);
            LogMade(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(Path, exception.Message);
        }

        return certificate;
    }

    /// <summary>Windows cannot serve with a key that exists in memory only.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a certificate for the TLS port: {Path}. A Go game server trusts it with SSL_CERT_FILE={Path}.")]
    private partial void LogMade(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate {Path} cannot be used ({Reason}); a new one replaces it.")]
    private partial void LogReplaced(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of the TLS port cannot be kept in {Path} ({Reason}); the next start makes another one.")]
    private partial void LogNotKept(string path, string reason);
}
