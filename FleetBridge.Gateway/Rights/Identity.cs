namespace FleetBridge.Gateway.Rights;

/// <summary>Who a consumer is, once its token or cookie was accepted.</summary>
/// <param name="UserId">The user: every connection of one user has the same.</param>
/// <param name="Username">The name that people read.</param>
/// <param name="Role">What it may do.</param>
internal sealed record Identity(string UserId, string Username, Role Role)
{
    /// <summary>When the token ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The id of a local token, by which it can be revoked; null for others.</summary>
    public string? TokenId { get; init; }
}
