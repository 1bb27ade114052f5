using FleetBridge.Backends;
using FleetBridge.Backends.Aws;

namespace FleetBridge.Tests.Unit.Backends.Aws;

public sealed class AwsSettingsTests
{
    [Fact]
    public void Defaults_are_those_of_the_documented_table()
    {
        (string Key, string? Value)[] expected =
        [
            ("prefix", "test1"),
            ("profile_name", null),
            ("region_name", "us-west-2"),
            ("project_root", null),
            ("server_package_root", null),
            ("fleet_launch_path", null),
            ("server_package_name", "test1-build"),
            ("server_package_version", "build0.42"),
            ("server_package_os", "WINDOWS_2022"),
            ("server_sdk_version", "5.4.0"),
            ("fleet_name", "test1-fleet"),
            ("fleet_ec2_instance_type", "c5.large"),
            ("fleet_inbound_port", "7777"),
            ("fleet_launch_parameters", "-WithGameLift"),
            ("user_pool_name", "test1-user-pool"),
            ("user_pool_login_client_name", "test1-user-pool-login-client"),
            ("user_pool_subdomain_prefix", "test1-login"),
            ("lambda_login_function_name", "test1-lambda-login-function"),
            ("lambda_login_role_name", "test1-lambda-login-role"),
            ("lambda_login_other_policy_name", "test1-lambda-login-other-policy-name"),
            ("lambda_start_session_function_name", "test1-lambda-start-session-function"),
            ("lambda_start_session_role_name", "test1-lambda-start-session-role"),
            ("lambda_start_session_other_policy_name", "test1-lambda-start-session-other-policy-name"),
            ("rest_api_name", "test1-rest-api"),
            ("rest_api_stage_name", "test1-api-test-stage"),
            ("rest_api_login_path_part", "login"),
            ("rest_api_start_session_path_part", "startsession"),
            ("rest_api_cognito_authorizer_name", "test1-cognito-authorizer"),
            ("force_untagged", "false"),
            ("replace", "false"),
            ("session_api_authorization", "COGNITO_USER_POOLS"),
            ("session_api_create_session_function_name", "test1-lambda-create-session-function"),
            ("session_api_find_session_function_name", "test1-lambda-find-session-function"),
            ("session_api_join_session_function_name", "test1-lambda-join-session-function"),
            ("session_api_role_name", "test1-lambda-session-api-role"),
            ("session_api_policy_name", "test1-lambda-session-api-policy"),
        ];

        // the region has no default of its own: it is the profile's
        Assert.Null(AwsSettings.All.First(setting => setting.Key == "region_name").Default);
        var region = new Dictionary<string, string> { ["region_name"] = "us-west-2" };
        Assert.True(Settings.TryResolve(AwsSettings.All, region, out var settings, out _));
        Assert.Equal(expected, settings.All.Select(setting => (setting.Key, setting.Value)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a-b-1-")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    public void Prefix_is_accepted(string prefix) => Assert.Empty(Problems("prefix", prefix));

    [Theory]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData(" ")]
    [InlineData("a\n")]
    [InlineData("a\r\n")]
    [InlineData("\na")]
    [InlineData("é")]
    [InlineData("１")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    public void Prefix_is_refused_by_name(string prefix) =>
        Assert.StartsWith("The setting prefix ", Assert.Single(Problems("prefix", prefix)), StringComparison.Ordinal);

    [Theory]
    [InlineData("region_name", "us-gov-west-1")]
    [InlineData("region_name", "cn-north-1")]
    [InlineData("region_name", "ap-southeast-11")]
    [InlineData("fleet_inbound_port", "1")]
    [InlineData("fleet_inbound_port", "60000")]
    [InlineData("fleet_inbound_port", "7777-7787")]
    [InlineData("fleet_inbound_port", "7777-7777")]
    [InlineData("server_package_os", "AMAZON_LINUX_2023")]
    [InlineData("server_sdk_version", "5.10.0")]
    [InlineData("session_api_authorization", "NONE")]
    public void Value_is_accepted(string key, string value) => Assert.Empty(Problems(key, value));

    [Theory]
    [InlineData("region_name", "us-west-2\n")]
    [InlineData("region_name", "evil.example/us-west-2")]
    [InlineData("region_name", "nowhere")]
    [InlineData("fleet_inbound_port", "0")]
    [InlineData("fleet_inbound_port", "60001")]
    [InlineData("fleet_inbound_port", "7787-7777")]
    [InlineData("fleet_inbound_port", "1-2-3")]
    [InlineData("fleet_inbound_port", "-7777")]
    [InlineData("fleet_inbound_port", "7777-")]
    [InlineData("fleet_inbound_port", "+1")]
    [InlineData("fleet_inbound_port", "99999999999")]
    [InlineData("server_package_os", "windows_2022")]
    [InlineData("server_sdk_version", "5.4")]
    [InlineData("force_untagged", "yes")]
    [InlineData("replace", "1")]
    [InlineData("server_sdk_version", "5.4.0\n")]
    [InlineData("session_api_authorization", "none")]
    [InlineData("unheard_of", "x")]
    public void Value_is_refused_by_name(string key, string value) =>
        Assert.Contains(key, Problems(key, value)[0], StringComparison.Ordinal);

    [Fact]
    public void Everything_wrong_is_reported_at_once()
    {
        var problems = Problems(("prefix", "A"), ("region_name", "x"), ("fleet_inbound_port", "0"), ("nonsense", "1"));
        Assert.All(["prefix", "region_name", "fleet_inbound_port", "nonsense"], key =>
            Assert.Contains(problems, problem => problem.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_setting_has_a_description() =>
        Assert.All(AwsSettings.All, setting => Assert.EndsWith(".", setting.Description, StringComparison.Ordinal));

    private static IReadOnlyList<string> Problems(string key, string value) => Problems((key, value));

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] parameters)
    {
        Settings.TryResolve(AwsSettings.All, parameters.ToDictionary(p => p.Key, p => p.Value), out _, out var problems);
        return problems;
    }
}
