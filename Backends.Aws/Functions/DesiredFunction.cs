namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The desired state of a function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RoleName">Its role's name.</param>
/// <param name="PolicyName">The name of the role's inline policy.</param>
/// <param name="Handler">Its code.</param>
/// <param name="Configuration">The value of the one variable that the handler reads.</param>
internal sealed record DesiredFunction(string Name, string RoleName, string PolicyName, HandlerPackage Handler, string Configuration)
{
    /// <summary>The function's environment variables.</summary>
    /// <param name="present">Those that it has; added ones are kept.</param>
    public Dictionary<string, string> Variables(IReadOnlyDictionary<string, string>? present = null) =>
        new(present ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Handler.EnvironmentVariable] = Configuration };

    /// <summary>The login.</summary>
    /// <param name="settings">The settings with its names.</param>
    /// <param name="clientId">The user pool's app client.</param>
    public static DesiredFunction Login(Settings settings, string clientId) => new(
        settings[AwsSettings.LoginFunctionName],
        settings[AwsSettings.LoginRoleName],
        settings[AwsSettings.LoginPolicyName],
        HandlerPackage.Login,
        clientId);

    /// <summary>The start of a session.</summary>
    /// <param name="settings">The settings with its names.</param>
    /// <param name="fleetId">The fleet on which sessions run.</param>
    public static DesiredFunction StartSession(Settings settings, string fleetId) => new(
        settings[AwsSettings.StartSessionFunctionName],
        settings[AwsSettings.StartSessionRoleName],
        settings[AwsSettings.StartSessionPolicyName],
        HandlerPackage.StartSession,
        fleetId);

    /// <summary>One of the functions of the session API, which share a role.</summary>
    /// <param name="settings">The settings with its names.</param>
    /// <param name="nameSetting">The setting with the function's name.</param>
    /// <param name="handler">Its code.</param>
    /// <param name="fleetId">The fleet on which sessions run.</param>
    public static DesiredFunction Session(Settings settings, string nameSetting, HandlerPackage handler, string fleetId) => new(
        settings[nameSetting],
        settings[AwsSettings.SessionApiRoleName],
        settings[AwsSettings.SessionApiPolicyName],
        handler,
        fleetId);
}
