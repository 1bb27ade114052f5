namespace FleetBridge.Gateway.Rights;

/// <summary>Whether a token is accepted.</summary>
/// <param name="Identity">Whose it is; null when it is not accepted.</param>
/// <param name="Problem">Why it is not; null when it is.</param>
internal readonly record struct TokenVerdict(Identity? Identity, string? Problem)
{
    public static TokenVerdict Of(Identity identity) => new(identity, null);

    public static TokenVerdict Not(string problem) => new(null, problem);
}
