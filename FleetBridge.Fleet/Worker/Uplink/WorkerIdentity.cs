using FleetBridge.Core.Security;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>Who a worker is to its host: kept in the worker's own store, so that it is the same one after every restart.</summary>
/// <param name="core">Has the store.</param>
internal sealed class WorkerIdentity(WorkerCore core)
{
    private const string IdValue = "worker_id";
    private const string SecretValue = "worker_secret";
    private const string NameValue = "worker_name";
    private const string FingerprintValue = "host_fingerprint";

    /// <summary>The id that the host gave it; null before it has registered for the first time.</summary>
    public string? Id
    {
        get => core.ReadValue(IdValue);
        set => core.WriteValue(IdValue, value);
    }

    /// <summary>Its name; null for none yet.</summary>
    public string? Name
    {
        get => core.ReadValue(NameValue);
        set => core.WriteValue(NameValue, value);
    }

    /// <summary>The fingerprint of the certificate that the host showed first; null for a host on a plain port.</summary>
    public string? Fingerprint
    {
        get => core.ReadValue(FingerprintValue);
        set => core.WriteValue(FingerprintValue, value);
    }

    /// <summary>The secret by which the host knows it; chosen once, before the host hears of it.</summary>
    public string Secret
    {
        get
        {
            if (core.ReadValue(SecretValue) is { } kept)
            {
                return kept;
            }

            var secret = AccessToken.Random();
            core.WriteValue(SecretValue, secret);
            return secret;
        }
    }
}
