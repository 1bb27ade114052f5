using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Profiles;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Profiles;

/// <summary>Addresses in the place of AWS's own: where they are written, and what is said about those that are none.</summary>
public sealed class ConfiguredEndpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("localhost:4566", "its beginning is missing", "Set it to http://localhost:4566")]
    [InlineData("localhost", "its beginning is missing", "Set it to http://localhost")]
    [InlineData("127.0.0.1:4566", "its beginning is missing", "http://127.0.0.1:4566")]
    [InlineData("//localhost:4566", "its beginning is missing", "http://localhost:4566")]
    [InlineData("[::1]:4566", "its beginning is missing", "http://[::1]:4566")]
    [InlineData("localhost:4566/path", "its beginning is missing", "http://localhost:4566")]
    [InlineData("http:localhost", "its beginning is missing", "Set it to")]
    [InlineData("ftp://localhost", "neither http:// nor https://", "http://localhost")]
    [InlineData("s3://bucket", "neither http:// nor https://", "http://bucket")]
    [InlineData("http://", "no valid host", "such as http://localhost:4566")]
    [InlineData("https://", "no valid host", "such as http://localhost:4566")]
    [InlineData("http://:4566", "no valid host", "such as http://localhost:4566")]
    [InlineData("http://local host", "no valid host", "such as http://localhost:4566")]
    [InlineData("http://localhost:port", "no valid host", "such as http://localhost:4566")]
    [InlineData("true", "its beginning is missing", "unset it")]
    public void Address_that_is_none_is_named_with_its_variable_or_its_line(string value, string why, string remedy)
    {
        foreach (var variable in new[] { "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_GAMELIFT" })
        {
            var problem = Assert.Throws<BackendException>(() => Find("", (variable, value)));
            Assert.Contains($"The variable {variable} is '{value}'", problem.Message, StringComparison.Ordinal);
            Assert.Contains(why, problem.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
        }

        var inProfile = Assert.Throws<BackendException>(() => Find($"[profile p]\nendpoint_url = {value}\n"));
        Assert.Contains($"{_folder["config"]}, line 2: endpoint_url is '{value}'", inProfile.Message, StringComparison.Ordinal);
        var inServices = Assert.Throws<BackendException>(
            () => Find($"[profile p]\nservices = s\n[services s]\ngamelift =\n  endpoint_url = {value}\n"));
        Assert.Contains($"{_folder["config"]}, line 4: endpoint_url is '{value}'", inServices.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:4566")]
    [InlineData("https://localhost")]
    [InlineData("HTTP://LOCALHOST:1/path/")]
    [InlineData(" http://localhost ")]
    [InlineData("http://[::1]:4566")]
    public void Address_is_taken_as_it_is(string value) =>
        Assert.Equal(new Uri(value.Trim()), Find("", ("AWS_ENDPOINT_URL", value))!.Address);

    [Theory]
    [InlineData("GameLift", "http://own")]
    [InlineData("Cognito Identity Provider", "http://cognito")]
    [InlineData("Lambda", "http://general")]
    public void Services_own_variable_goes_before_the_general_one(string service, string expected) => Assert.Equal(
        new Uri(expected),
        Find(
            "[profile p]\nendpoint_url = http://profile\n",
            service,
            ("AWS_ENDPOINT_URL", "http://general"),
            ("AWS_ENDPOINT_URL_GAMELIFT", "http://own"),
            ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://cognito"))!.Address);

    [Theory]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE", "")]
    [InlineData("", "ignore_configured_endpoint_urls = true\n")]
    public void Addresses_can_be_ignored_even_where_they_are_none(string variable, string line)
    {
        var parts = variable.Split('=');
        Assert.Null(Find($"[profile p]\nendpoint_url = nonsense\n{line}", parts.Length == 2 ? [(parts[0], parts[1])] : []));
    }

    [Fact]
    public void Password_in_an_address_is_not_shown()
    {
        var problem = Assert.Throws<BackendException>(() => Find("", ("AWS_ENDPOINT_URL", "ftp://me:secret@localhost")));
        Assert.DoesNotContain("secret", problem.Message + problem.Remedy, StringComparison.Ordinal);
        Assert.Contains("localhost", problem.Message, StringComparison.Ordinal);
    }

    private ConfiguredEndpoint? Find(string config, params (string Name, string Value)[] variables) =>
        Find(config, "GameLift", variables);

    private ConfiguredEndpoint? Find(string config, string service, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(_folder["config"], config);
        var all = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        all["AWS_CONFIG_FILE"] = _folder["config"];
        var environment = new AwsEnvironment(all.GetValueOrDefault, _folder.Path);
        var store = ProfileStore.Load(environment);
        return ConfiguredEndpoint.Find(service, environment, store, store.Find("p"));
    }
}
