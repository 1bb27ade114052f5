using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The desired state of a function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RoleName">Its role's name.</param>
/// <param name="OldRoleName">The name of a role that an older version may have given it; null for none.</param>
/// <param name="PolicyName">The name of the role's inline policy.</param>
/// <param name="Handler">Its code.</param>
/// <param name="Configuration">The value of the one variable that the handler reads.</param>
internal sealed record DesiredFunction(
    string Name, string RoleName, string? OldRoleName, string PolicyName, HandlerPackage Handler, string Configuration)
{
    /// <summary>The resource that has it (<see cref="ResourceTags"/>).</summary>
    public string Resource { get; init; } = ResourceTags.Lambdas;

    /// <summary>The functions that use the role, and write their logs with it.</summary>
    public IReadOnlyList<string> RoleUsers { get; init; } = [Name];

    /// <summary>The function's environment variables.</summary>
    /// <param name="present">Those that it has; added ones are kept.</param>
    public Dictionary<string, string> Variables(IReadOnlyDictionary<string, string>? present = null) =>
        new(present ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Handler.EnvironmentVariable] = Configuration };

    /// <summary>The login.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="clientId">The user pool's app client.</param>
    public static DesiredFunction Login(AwsContext context, string clientId) => Of(
        context, AwsSettings.LoginFunctionName, AwsSettings.LoginRoleName, AwsSettings.LoginPolicyName, HandlerPackage.Login, clientId);

    /// <summary>The start of a session.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="fleetId">The fleet on which sessions run.</param>
    public static DesiredFunction StartSession(AwsContext context, string fleetId) => Of(
        context,
        AwsSettings.StartSessionFunctionName,
        AwsSettings.StartSessionRoleName,
        AwsSettings.StartSessionPolicyName,
        HandlerPackage.StartSession,
        fleetId);

    /// <summary>One of the functions of the session API, which share a role.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="nameSetting">The setting with the function's name.</param>
    /// <param name="handler">Its code.</param>
    /// <param name="fleetId">The fleet on which sessions run.</param>
    public static DesiredFunction Session(AwsContext context, string nameSetting, HandlerPackage handler, string fleetId) =>
        Of(context, nameSetting, AwsSettings.SessionApiRoleName, AwsSettings.SessionApiPolicyName, handler, fleetId) with
        {
            OldRoleName = null,
            Resource = ResourceTags.SessionApi,
            RoleUsers =
            [
                context.Settings[AwsSettings.CreateSessionFunctionName],
                context.Settings[AwsSettings.FindSessionFunctionName],
                context.Settings[AwsSettings.JoinSessionFunctionName],
            ],
        };

    private static DesiredFunction Of(
        AwsContext context, string nameKey, string roleKey, string policyKey, HandlerPackage handler, string configuration)
    {
        var role = Functions.RoleName.Of(context.Settings, roleKey, context.Region);
        return new(context.Settings[nameKey], role.Current, role.Old, context.Settings[policyKey], handler, configuration);
    }
}
