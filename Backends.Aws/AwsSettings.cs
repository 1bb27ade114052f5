using System.Globalization;
using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Aws;

/// <summary>Every setting of the AWS backend, with its default.</summary>
internal static partial class AwsSettings
{
    public const string ProfileName = "profile_name";
    public const string RegionName = "region_name";
    public const string ProjectRoot = "project_root";
    public const string ServerPackageRoot = "server_package_root";
    public const string FleetLaunchPath = "fleet_launch_path";
    public const string ServerPackageName = "server_package_name";
    public const string ServerPackageVersion = "server_package_version";
    public const string ServerPackageOs = "server_package_os";
    public const string ServerSdkVersion = "server_sdk_version";
    public const string FleetName = "fleet_name";
    public const string FleetInstanceType = "fleet_ec2_instance_type";
    public const string FleetInboundPort = "fleet_inbound_port";
    public const string FleetLaunchParameters = "fleet_launch_parameters";
    public const string UserPoolName = "user_pool_name";
    public const string UserPoolLoginClientName = "user_pool_login_client_name";
    public const string UserPoolSubdomainPrefix = "user_pool_subdomain_prefix";
    public const string LoginFunctionName = "lambda_login_function_name";
    public const string LoginRoleName = "lambda_login_role_name";
    public const string LoginPolicyName = "lambda_login_other_policy_name";
    public const string StartSessionFunctionName = "lambda_start_session_function_name";
    public const string StartSessionRoleName = "lambda_start_session_role_name";
    public const string StartSessionPolicyName = "lambda_start_session_other_policy_name";
    public const string RestApiName = "rest_api_name";
    public const string RestApiStageName = "rest_api_stage_name";
    public const string LoginPathPart = "rest_api_login_path_part";
    public const string StartSessionPathPart = "rest_api_start_session_path_part";
    public const string AuthorizerName = "rest_api_cognito_authorizer_name";
    public const string ForceUntagged = "force_untagged";
    public const string Replace = "replace";
    public const string SessionApiAuthorization = "session_api_authorization";
    public const string CreateSessionFunctionName = "session_api_create_session_function_name";
    public const string FindSessionFunctionName = "session_api_find_session_function_name";
    public const string JoinSessionFunctionName = "session_api_join_session_function_name";
    public const string SessionApiRoleName = "session_api_role_name";
    public const string SessionApiPolicyName = "session_api_policy_name";

    /// <summary>The value of <see cref="SessionApiAuthorization"/> with which only logged-in players use the session API.</summary>
    public const string CognitoAuthorization = "COGNITO_USER_POOLS";

    private const string NoAuthorization = "NONE";

    private const int HighestPort = 60_000;

    // GameLift's OperatingSystem enumeration (service model of 2015-10-01).
    private static readonly string[] OperatingSystems =
        ["WINDOWS_2012", "WINDOWS_2016", "WINDOWS_2022", "AMAZON_LINUX", "AMAZON_LINUX_2", "AMAZON_LINUX_2023"];

    public static IReadOnlyList<Setting> All { get; } =
    [
        new(Setting.PrefixKey, "Distinguishes deployments: the name of everything that is created begins with it.", "test1")
        {
            Validate = value => PrefixPattern().IsMatch(value)
                ? null
                : "must be 1 to 32 lower-case letters, digits and hyphens, and must not begin with a hyphen",
        },
        new(ProfileName, "The AWS profile, as in ~/.aws/config; the default profile if not set."),
        new(RegionName, "The AWS region; that of AWS_REGION or of the AWS profile if not set, else us-west-2.")
        {
            Validate = value => IsRegion(value) ? null : "is not the name of a region, such as us-west-2",
        },
        new(ProjectRoot, "The Unreal project's folder."),
        new(ServerPackageRoot, "The folder of the packaged server, which is uploaded to GameLift."),
        new(FleetLaunchPath, "The server's executable on GameLift's instances, such as "
            + "C:/game/MyGame/Binaries/Win64/MyGameServer.exe or /local/game/MyGame/Binaries/Linux/MyGameServer."),
        new(ServerPackageName, "The build's name on GameLift.", "[prefix]-build"),
        new(ServerPackageVersion, "The build's version on GameLift, a label.", "build0.42"),
        new(ServerPackageOs, "The operating system for which the server was built.", "WINDOWS_2022")
        {
            Validate = value => OperatingSystems.Contains(value)
                ? null
                : $"is not one of {string.Join(", ", OperatingSystems)}",
        },

        // Without it AWS assumes 4.0.2, which breaks every server that uses SDK 5.
        new(ServerSdkVersion, "The version of the GameLift server SDK in the build.", "5.4.0")
        {
            Validate = value => VersionPattern().IsMatch(value) ? null : "is not a version of three numbers, such as 5.4.0",
        },
        new(FleetName, "The fleet's name.", "[prefix]-fleet"),
        new(FleetInstanceType, "The fleet's EC2 instance type.", "c5.large"),
        new(FleetInboundPort, "The UDP port, or range of ports, on which the server accepts players.", "7777")
        {
            Validate = value => IsPortRange(value)
                ? null
                : $"is not a port between 1 and {HighestPort}, or a range of ports such as 7777-7787",
        },
        new(FleetLaunchParameters, "The server's command line.", "-WithGameLift"),
        new(UserPoolName, "The Cognito user pool's name.", "[prefix]-user-pool"),
        new(UserPoolLoginClientName, "The pool's app client.", "[prefix]-user-pool-login-client"),
        new(UserPoolSubdomainPrefix, "The beginning of the login page's host name.", "[prefix]-login"),
        new(LoginFunctionName, "The login function.", "[prefix]-lambda-login-function"),
        new(LoginRoleName, "The login function's role.", "[prefix]-lambda-login-role"),
        new(LoginPolicyName, "The login role's inline policy.", "[prefix]-lambda-login-other-policy-name"),
        new(StartSessionFunctionName, "The start-session function.", "[prefix]-lambda-start-session-function"),
        new(StartSessionRoleName, "The start-session function's role.", "[prefix]-lambda-start-session-role"),
        new(StartSessionPolicyName, "The start-session role's inline policy.",
            "[prefix]-lambda-start-session-other-policy-name"),
        new(RestApiName, "The REST API's name.", "[prefix]-rest-api"),
        new(RestApiStageName, "The stage to which the API is deployed.", "[prefix]-api-test-stage"),
        new(LoginPathPart, "The path of login.", "login"),
        new(StartSessionPathPart, "The path of start session.", "startsession"),
        new(AuthorizerName, "The API's authorizer.", "[prefix]-cognito-authorizer"),
        new(ForceUntagged, "Whether delete also takes what has no tags of FleetBridge.", "false") { Validate = IsBoolean },
        new(Replace, "Whether create replaces a fleet that cannot be changed by a new one, and deletes it afterwards.", "false")
        {
            Validate = IsBoolean,
        },

        // API Gateway's names of the types (PutMethod, authorizationType)
        new(SessionApiAuthorization, $"Who may use the session API: {CognitoAuthorization} for logged-in players, {NoAuthorization} for anyone.",
            CognitoAuthorization)
        {
            Validate = value => value is CognitoAuthorization or NoAuthorization
                ? null
                : $"is not one of {CognitoAuthorization}, {NoAuthorization}",
        },
        new(CreateSessionFunctionName, "The function behind /create_session.", "[prefix]-lambda-create-session-function"),
        new(FindSessionFunctionName, "The function behind /find_session.", "[prefix]-lambda-find-session-function"),
        new(JoinSessionFunctionName, "The function behind /join_session.", "[prefix]-lambda-join-session-function"),
        new(SessionApiRoleName, "The role of the session API's functions.", "[prefix]-lambda-session-api-role"),
        new(SessionApiPolicyName, "That role's inline policy.", "[prefix]-lambda-session-api-policy"),
    ];

    /// <summary>Whether a text has the form of a region's name; new regions are names too.</summary>
    public static bool IsRegion(string value) => RegionPattern().IsMatch(value);

    /// <summary>The first and the last port of a validated setting; equal if it is a single port.</summary>
    public static (int From, int To) PortRange(string value)
    {
        var ports = Ports(value);
        return (ports[0], ports[^1]);
    }

    // \z, because $ would accept a line feed at the end
    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,31}\z")]
    private static partial Regex PrefixPattern();

    [GeneratedRegex(@"^[a-z]{2,}(-[a-z]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+\z")]
    private static partial Regex VersionPattern();

    private static string? IsBoolean(string value) => bool.TryParse(value, out _) ? null : "is neither true nor false";

    private static bool IsPortRange(string value)
    {
        var ports = Ports(value);
        return ports.Count <= 2 && ports.TrueForAll(port => port is >= 1 and <= HighestPort) && ports[0] <= ports[^1];
    }

    private static List<int> Ports(string value) =>
        [.. value.Split('-').Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0)];
}
