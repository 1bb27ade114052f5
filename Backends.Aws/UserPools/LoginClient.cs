namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>What the app client needs with which the game logs in.</summary>
internal static class LoginClient
{
    /// <summary>Where the login page redirects the player; the game reads the tokens from the address.</summary>
    public const string CallbackUrl = "https://aws.amazon.com";

    /// <summary>The login function sends a user's name and password.</summary>
    public static readonly IReadOnlyList<string> AuthFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

    /// <summary>The pool's own users.</summary>
    public static readonly IReadOnlyList<string> Providers = ["COGNITO"];

    /// <summary>The login page returns the tokens in the address.</summary>
    public static readonly IReadOnlyList<string> OAuthFlows = ["implicit"];

    /// <summary>What the tokens are for.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["email", "openid"];
}
