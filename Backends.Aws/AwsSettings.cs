using System.Globalization;
using System.Text.RegularExpressions;

namespace Backends.Aws;

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

    private const int HighestPort = 60_000;

    // GameLift's OperatingSystem enumeration (service model of 2015-10-01).
    private static readonly string[] OperatingSystems =
        ["WINDOWS_2012", "WINDOWS_2016", "WINDOWS_2022", "AMAZON_LINUX", "AMAZON_LINUX_2", "AMAZON_LINUX_2023"];

    public static IReadOnlyList<Setting> All { get; } =
    [
        new(Setting.PrefixKey, "Tells one deployment from another; begins the name of everything that is created.", "test1")
        {
            Validate = value => PrefixPattern().IsMatch(value)
                ? null
                : "has to be 1 to 32 lower-case letters, digits and hyphens, and must not begin with a hyphen",
        },
        new(ProfileName, "The AWS profile, as in ~/.aws/config; without it the SDK's default profile."),
        new(RegionName, "The AWS region.", "us-west-2")
        {
            Validate = value => RegionPattern().IsMatch(value) ? null : "is not the name of a region, such as us-west-2",
        },
        new(ProjectRoot, "The Unreal project's folder."),
        new(ServerPackageRoot, "The folder of the packaged server: what is uploaded to GameLift."),
        new(FleetLaunchPath, "The server's executable on GameLift's machine, such as "
            + "C:/game/MyGame/Binaries/Win64/MyGameServer.exe or /local/game/MyGame/Binaries/Linux/MyGameServer."),
        new(ServerPackageName, "The build's name on GameLift.", "[prefix]-build"),
        new(ServerPackageVersion, "The build's version on GameLift, a label.", "build0.42"),
        new(ServerPackageOs, "The operating system that the server was built for.", "WINDOWS_2022")
        {
            Validate = value => OperatingSystems.Contains(value)
                ? null
                : $"is not one of {string.Join(", ", OperatingSystems)}",
        },

        // Without it AWS assumes 4.0.2, which breaks every server that was built on SDK 5.
        new(ServerSdkVersion, "The version of the GameLift server SDK in the build.", "5.4.0")
        {
            Validate = value => VersionPattern().IsMatch(value) ? null : "is not a version of three numbers, such as 5.4.0",
        },
        new("fleet_name", "The fleet's name.", "[prefix]-fleet"),
        new("fleet_ec2_instance_type", "The fleet's EC2 instance type.", "c5.large"),
        new("fleet_inbound_port", "The UDP port, or range of ports, on which players reach the server.", "7777")
        {
            Validate = value => IsPortRange(value)
                ? null
                : $"is not a port between 1 and {HighestPort}, nor a range of ports such as 7777-7787",
        },
        new("fleet_launch_parameters", "The server's command line.", "-WithGameLift"),
        new("user_pool_name", "The Cognito user pool's name.", "[prefix]-user-pool"),
        new("user_pool_login_client_name", "The pool's app client.", "[prefix]-user-pool-login-client"),
        new("user_pool_subdomain_prefix", "The beginning of the login page's host name.", "[prefix]-login"),
        new("lambda_login_function_name", "The login function.", "[prefix]-lambda-login-function"),
        new("lambda_login_role_name", "The login function's role.", "[prefix]-lambda-login-role"),
        new("lambda_login_other_policy_name", "The login role's inline policy.", "[prefix]-lambda-login-other-policy-name"),
        new("lambda_start_session_function_name", "The start-session function.", "[prefix]-lambda-start-session-function"),
        new("lambda_start_session_role_name", "The start-session function's role.", "[prefix]-lambda-start-session-role"),
        new("lambda_start_session_other_policy_name", "The start-session role's inline policy.",
            "[prefix]-lambda-start-session-other-policy-name"),
        new("rest_api_name", "The REST API's name.", "[prefix]-rest-api"),
        new("rest_api_stage_name", "The stage that the API is deployed to.", "[prefix]-api-test-stage"),
        new("rest_api_login_path_part", "The login's path.", "login"),
        new("rest_api_start_session_path_part", "The start session's path.", "startsession"),
        new("rest_api_cognito_authorizer_name", "The API's authorizer.", "[prefix]-cognito-authorizer"),
    ];

    // \z and not $, which would let a line feed pass at the end
    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,31}\z")]
    private static partial Regex PrefixPattern();

    [GeneratedRegex(@"^[a-z]{2,}(-[a-z]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+\z")]
    private static partial Regex VersionPattern();

    private static bool IsPortRange(string value)
    {
        var ends = value.Split('-');
        var ports = ends
            .Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0)
            .ToList();
        return ports.Count <= 2 && ports.TrueForAll(port => port is >= 1 and <= HighestPort) && ports[0] <= ports[^1];
    }
}
