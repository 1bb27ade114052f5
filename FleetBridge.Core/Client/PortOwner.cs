using System.Net;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client;

/// <summary>The program that holds a port, as far as it says so over HTTP.</summary>
/// <param name="Description">Such as "FleetBridge 0.1.0 (process 4711)".</param>
/// <param name="Version">The version, where it is a FleetBridge; null for another program.</param>
internal sealed record PortOwner(string Description, string? Version)
{
    /// <summary>How long to wait for its response: whoever has started a second bridge is waiting for this one.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Asks it.</summary>
    /// <param name="endPoint">What it holds.</param>
    /// <param name="isTls">Whether a port with TLS is expected there; whose certificate it has does not matter.</param>
    /// <returns>Who it is; null when it does not say.</returns>
    public static async Task<PortOwner?> AskAsync(IPEndPoint endPoint, bool isTls = false)
    {
        try
        {
            var handler = LoopbackHttp.CreateHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
            using var client = new HttpClient(handler)
            {
                Timeout = Limit,
                MaxResponseContentBufferSize = HealthMessage.MostBytes,
            };
            using var response = await client.GetAsync(new Uri($"{(isTls ? "https" : "http")}://{endPoint}{HealthMessage.Path}")).ConfigureAwait(false);
            return HealthMessage.Read(await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false)) is { } health
                ? Of(health)
                : Of(response.Headers.Server.ToString());
        }
        catch (Exception)
        {
            // Whoever holds the port may send anything, and the framework has many exceptions for what cannot be read. None of them may
            // hide from the user that the port is in use.
            return null;
        }
    }

    private static PortOwner Of(HealthMessage health)
    {
        var version = ShortText.Of(health.Version);
        var stopping = health.IsStopping ? ", which is stopping" : "";
        var process = health.Process == HealthMessage.Serve ? "" : $" {ShortText.Of(health.Process)}";
        return new PortOwner($"{ProgramInfo.Name}{process} {version} (process {health.ProcessId}){stopping}", version);
    }

    private static PortOwner Of(string server) => new(
        server.Length > 0 ? $"a program that calls itself '{ShortText.Of(server)}'" : "a web server that does not give its name", Version: null);
}
