using Amazon.CognitoIdentityProvider.Model;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>The current state of a user pool and of what belongs to it.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="ClientId">The app client with which the game logs in; null when it is missing.</param>
/// <param name="HasUsers">Whether the test users exist.</param>
internal sealed record UserPoolState(UserPoolType Pool, string? ClientId, bool HasUsers)
{
    /// <summary>What an interrupted create has not created; empty when the pool is complete.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. ClientId is null ? ["its app client"] : Array.Empty<string>(),
        .. Pool.Domain is { Length: > 0 } ? Array.Empty<string>() : ["the login page's domain"],
        .. HasUsers ? Array.Empty<string>() : ["its test users"],
    ];

    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Missing.Count == 0;
}
