using FleetBridge.Gateway.Rights;

namespace FleetBridge.Serving;

/// <summary>Which JSON web tokens a gateway accepts, as the command line says it: nothing of the gateway is loaded for it.</summary>
/// <param name="Keys">A file or an address with a JSON web key set.</param>
/// <param name="Issuer">Their issuer; null for any.</param>
/// <param name="Audience">Their audience; null for any.</param>
internal sealed record JwtChoice(string Keys, string? Issuer, string? Audience)
{
    /// <summary>The same for the gateway: called when that is created, which loads it.</summary>
    public JwtOptions ToOptions() => new(Keys, Issuer, Audience);
}
