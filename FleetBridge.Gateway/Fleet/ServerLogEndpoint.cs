using FleetBridge.Core.Client;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Fleet;

/// <summary>
/// <c>GET /fleet/server/{id}/log</c>: a game server's log as its host sends it, whole or followed. It is a stream of its own and no
/// call: it may be large, and its reader sets the pace.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="tokens">Says whose token was revoked meanwhile.</param>
/// <param name="clock">The clock.</param>
/// <param name="stopping">Cancelled when the gateway stops.</param>
internal sealed class ServerLogEndpoint(HostClient host, TokenVerifier tokens, TimeProvider clock, CancellationToken stopping)
{
    private const string Root = "fleet";
    private const int BufferSize = 16 * 1024;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly string[] Parameters = ["tail", "from", "to", "follow"];

    /// <summary>The path of the host that a request means.</summary>
    /// <returns>Null for another request.</returns>
    public static string? PathOf(RequestTarget target)
    {
        if (target.Segments is not [Root, "server", { Length: > 0 } id, "log"] || id is "." or "..")
        {
            return null;
        }

        var query = string.Join('&', Parameters
            .Where(target.Parameters.ContainsKey).Select(name => $"{name}={Uri.EscapeDataString(target.Parameters[name])}"));
        return $"/server/{Uri.EscapeDataString(id)}/log?{query}";
    }

    /// <summary>Serves a reader until the log ends, or the reader leaves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The path of the host.</param>
    /// <param name="identity">Whose it is.</param>
    /// <returns>Why there is no log; null when there was one.</returns>
    public async Task<WireError?> ServeAsync(HttpContext context, string path, Identity identity)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            using var response = await host.OpenAsync(path, ending.Token).ConfigureAwait(false);
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString() ?? "text/plain";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Content-Type-Options"] = "nosniff";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            await context.Response.StartAsync(ending.Token).ConfigureAwait(false);
            var watching = EndWithTokenAsync(identity, ending);
            try
            {
                var content = await response.Content.ReadAsStreamAsync(ending.Token).ConfigureAwait(false);
                await CopyAsync(content, context.Response.Body, ending.Token).ConfigureAwait(false);
            }
            finally
            {
                await ending.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(false);
            }
        }
        catch (MeshException exception)
        {
            return exception.Error;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            // half a log must not look like a whole one
            context.Abort();
        }

        return null;
    }

    private static async Task CopyAsync(Stream content, Stream body, CancellationToken ending)
    {
        var buffer = new byte[BufferSize];
        while (await content.ReadAsync(buffer, ending).ConfigureAwait(false) is > 0 and var count)
        {
            await body.WriteAsync(buffer.AsMemory(0, count), ending).ConfigureAwait(false);
            await body.FlushAsync(ending).ConfigureAwait(false);
        }
    }

    /// <summary>A token that ends or is revoked ends its reader too.</summary>
    private async Task EndWithTokenAsync(Identity identity, CancellationTokenSource ending)
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false))
            {
                if (tokens.IsRevoked(identity) || identity.Expires < clock.GetUtcNow())
                {
                    await ending.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the log has ended
        }
    }
}
