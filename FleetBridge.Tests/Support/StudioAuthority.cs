using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FleetBridge.Tests.Support;

/// <summary>An authority as a studio's proxy has it, which nobody trusts by himself, and a certificate for this machine.</summary>
internal sealed class StudioAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <param name="hasExpired">Whether this machine's certificate has.</param>
    public StudioAuthority(bool hasExpired = false)
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-9), TimeProvider.System.GetUtcNow().AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=Studio", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(from, to);

        using var key = RSA.Create(2048);
        var own = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        own.CertificateExtensions.Add(names.Build());
        using var signed = own.Create(_authority, from, hasExpired ? to.AddDays(-2) : to, RandomNumberGenerator.GetBytes(8));
        using var certificate = signed.CopyWithPrivateKey(key);

        // Windows's TLS uses no key that only the memory has
        Certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The server's certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority, as a PEM file has it.</summary>
    public string Pem => _authority.ExportCertificatePem();

    public void Dispose()
    {
        _authority.Dispose();
        Certificate.Dispose();
    }
}
