using System.Text.Json;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Who asks: read from the context of a call, which anyone at the broker can write, and so never believed without a token.</summary>
/// <param name="key">The key that ours share; null for none.</param>
/// <param name="tokens">Verifies other tokens.</param>
/// <param name="clock">The clock.</param>
internal sealed class MeshAuthority(MeshKey? key, TokenVerifier? tokens, TimeProvider clock)
{
    private const string Bearer = "Bearer ";
    private const int LongestToken = 16 * 1024;

    private readonly SpentCalls _spent = new(clock);

    /// <summary>Verifies the token of a call, and that a signed one has not been taken before.</summary>
    /// <exception cref="MeshException">No further signed call can be remembered.</exception>
    public async ValueTask<TokenVerdict> IdentifyAsync(string correlationId, CallBody body, bool isRedelivered, CancellationToken cancellation)
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
            ? VerifySigned(token, correlationId, body, isRedelivered)
            : tokens is null ? TokenVerdict.Not("This service accepts no tokens but signed calls of its --mesh-key.")
            : await tokens.VerifyAsync(token, cancellation).ConfigureAwait(false);
    }

    private TokenVerdict VerifySigned(string token, string correlationId, CallBody body, bool isRedelivered)
    {
        if (key is null)
        {
            return TokenVerdict.Not("The call is signed, and this service was started without --mesh-key.");
        }

        var verdict = key.Verify(token, correlationId, body, clock.GetUtcNow(), out var signed);
        return verdict.Identity is null ? verdict : _spent.Take(signed, isRedelivered) switch
        {
            Spending.First => verdict,
            Spending.Again => TokenVerdict.Not("This signed call was taken before, and a signature is good for one call."),
            _ => throw new MeshException(new WireError(
                WireError.TooMany, "More signed calls came within minutes than this process can tell apart. Call again in a minute.", Retryable: true)),
        };
    }
}
