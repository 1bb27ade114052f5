namespace FleetBridge.Gateway.Rights;

/// <summary>Which JSON web tokens are accepted.</summary>
/// <param name="Keys">A file or an address with a JSON web key set.</param>
/// <param name="Issuer">Their <c>iss</c>; null for any.</param>
/// <param name="Audience">Their <c>aud</c>; null for any.</param>
internal sealed record JwtOptions(string Keys, string? Issuer, string? Audience);
