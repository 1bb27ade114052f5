using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The authorities of <c>AWS_CA_BUNDLE</c> or the profile's <c>ca_bundle</c>, which count in the place of the system's: behind a
/// proxy that signs again, AWS's own authorities sign nothing.
/// </summary>
internal sealed class CaBundle
{
    /// <summary>The variable, which goes before the profile.</summary>
    public const string Variable = "AWS_CA_BUNDLE";

    /// <summary>The profile's setting.</summary>
    public const string Key = "ca_bundle";

    private readonly X509Certificate2Collection _authorities;

    private CaBundle(X509Certificate2Collection authorities) => _authorities = authorities;

    /// <summary>What a connection trusts.</summary>
    public SslClientAuthenticationOptions Trust => new()
    {
        CertificateChainPolicy = Policy(),
    };

    /// <summary>Reads the bundle.</summary>
    /// <returns>The bundle; null when none is configured.</returns>
    /// <exception cref="BackendException">It cannot be read.</exception>
    public static CaBundle? Find(AwsEnvironment environment, AwsProfile? profile)
    {
        if (environment.Find(Variable) is { } path)
        {
            return Read(
                environment.Expand(path), $"The variable {Variable}", $"Set {Variable} to a PEM file, and restart the bridge and the editor.");
        }

        return profile?.Find(Key) is { Value.Length: > 0 } entry
            ? Read(
                environment.Expand(ProfileText.Visible(Key, entry)),
                $"{entry.Place}: {Key}",
                "Name a PEM file there; the next request reads the file again.")
            : null;
    }

    private static CaBundle Read(string path, string what, string remedy)
    {
        try
        {
            var pem = ConfigFile.Open(path) ?? throw new BackendException($"{what} names {path}, which does not exist.", remedy);
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPem(System.Text.Encoding.UTF8.GetString(pem));
            return authorities.Count > 0
                ? new CaBundle(authorities)
                : throw new BackendException($"{what} names {path}, in which there is no certificate (BEGIN CERTIFICATE).", remedy);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BackendException($"{what} names {path}, which cannot be read: {exception.Message.TrimEnd('.')}.", remedy);
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }
}
