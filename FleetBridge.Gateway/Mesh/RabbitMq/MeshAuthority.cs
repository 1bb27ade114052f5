using System.Text.Json;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Who asks: read from the context of a call, which anyone at the broker can write, and so never believed without a token.</summary>
/// <param name="key">The key that ours share; null for none.</param>
/// <param name="tokens">Verifies other tokens.</param>
/// <param name="clock">The clock.</param>
internal sealed class MeshAuthority(MeshKey? key, TokenVerifier? tokens, TimeProvider clock)
{
    private const string Bearer = "Bearer ";
    private const int LongestToken = 16 * 1024;

    /// <summary>Verifies the token of a call.</summary>
    public async ValueTask<TokenVerdict> IdentifyAsync(string correlationId, CallBody body, CancellationToken cancellation)
    {
        if (!body.Context.TryGetProperty(MeshProtocol.AuthorizationKey, out var value) || value.ValueKind != JsonValueKind.String
            || value.GetString() is not { } text || !text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || text.Length > LongestToken)
        {
            return TokenVerdict.Not(
                $"The call has no token. Put '{Bearer.Trim()} <token>' into context.{MeshProtocol.AuthorizationKey}; 'fleetbridge token new' makes one on "
                + "the service's machine, and processes of FleetBridge that share a --mesh-key sign their calls.");
        }

        var token = text[Bearer.Length..].Trim();
        return MeshKey.IsOne(token)
            ? key?.Verify(token, correlationId, body, clock.GetUtcNow())
                ?? TokenVerdict.Not("The call is signed, and this service was started without --mesh-key.")
            : tokens is null ? TokenVerdict.Not("This service accepts no tokens but signed calls of its --mesh-key.")
            : await tokens.VerifyAsync(token, cancellation).ConfigureAwait(false);
    }
}
