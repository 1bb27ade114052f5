using FleetBridge.Core.Security;

namespace FleetBridge.Gateway.Rights;

/// <summary>Whose a bearer token is: a local one, the bridge's own, or a JSON web token.</summary>
/// <param name="local">The local tokens.</param>
/// <param name="own">The token that clients of the bridge send; null where it has none.</param>
/// <param name="jwt">Verifies JSON web tokens; null where they are not accepted.</param>
/// <param name="clock">The clock.</param>
internal sealed class TokenVerifier(LocalTokens local, AccessToken? own, JwtVerifier? jwt, TimeProvider clock)
{
    private const string Unknown = "The token is none of this gateway's. Make one with 'fleetbridge token new'.";

    /// <summary>Verifies a token.</summary>
    /// <param name="text">What was sent.</param>
    /// <param name="cancellation">Ends the wait for an issuer's keys.</param>
    public async ValueTask<TokenVerdict> VerifyAsync(string text, CancellationToken cancellation)
    {
        if (text.Length == 0)
        {
            return TokenVerdict.Not("The token is empty.");
        }

        if (own?.Is(text) == true)
        {
            return TokenVerdict.Of(new Identity("bridge", "bridge", Role.Admin));
        }

        if (LocalTokens.IsOne(text))
        {
            return !local.TryFind(text, out var token) ? TokenVerdict.Not("The token is none of this gateway's, or was revoked. Make one with 'fleetbridge token new'.")
                : token.Expires < clock.GetUtcNow() ? TokenVerdict.Not("The token has expired. Make another one with 'fleetbridge token new'.")
                : TokenVerdict.Of(new Identity(token.Name, token.Name, token.Role) { Expires = token.Expires, TokenId = token.Id });
        }

        return text.Count(letter => letter == '.') != 2 ? TokenVerdict.Not(Unknown)
            : jwt is null ? TokenVerdict.Not("This gateway accepts no JSON web tokens: it was started without --jwt-keys.")
            : await jwt.VerifyAsync(text, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether a token was revoked since it was accepted.</summary>
    public bool IsRevoked(Identity identity) => identity.TokenId is { } id && !local.Has(id);
}
