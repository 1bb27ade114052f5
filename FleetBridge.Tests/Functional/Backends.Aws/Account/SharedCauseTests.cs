using System.Net.Sockets;
using System.Text.RegularExpressions;
using Amazon.Emulation.Faults;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Account;

/// <summary>A cause that all resources share has the same text for each of them, so that a command can show it once.</summary>
public sealed partial class SharedCauseTests(ITestOutputHelper output)
{
    private static readonly string[] Resources = ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"];

    [Fact]
    public async Task Missing_profile_has_one_text()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Profile = $"nobody-{Guid.NewGuid():N}";
        await AssertOneTextAsync(deployment, $"There is no AWS profile '{deployment.Profile}'");
    }

    [Fact]
    public async Task Expired_credentials_have_one_text()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Faults.Add(FaultList.Any, Fault.ExpireCredentials, times: int.MaxValue);
        await AssertOneTextAsync(deployment, "have expired");
    }

    [Fact]
    public async Task Missing_network_has_one_text()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Profile = AwsProfiles.Add("endpoint_url = http://127.0.0.1:1\naws_access_key_id = A\naws_secret_access_key = b");
        await AssertOneTextAsync(deployment, "AWS cannot be reached in us-west-2");
    }

    /// <summary>Each service has its own address, which the framework's messages name.</summary>
    [Fact]
    public void Failed_connections_to_two_services_have_one_text()
    {
        using var service = AwsService.At("http://127.0.0.1:1");
        var texts = new[] { "192.0.2.1:443", "192.0.2.2:443" }.Select(address => AwsProblem.Explain(
            new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"Connection refused ({address})",
                new SocketException((int)SocketError.ConnectionRefused, $"Connection refused {address}")),
            service.Set)!.Message).ToList();
        Assert.Equal(texts[0], texts[1]);
        Assert.Contains("Connection refused", texts[0], StringComparison.Ordinal);
    }

    private static async Task AssertOneTextAsync(AwsDeployment deployment, string expected)
    {
        var problems = new List<(string Error, string Remedy)>();
        foreach (var resource in Resources)
        {
            var (error, remedy) = await deployment.FailAsync(resource, "check");
            problems.Add((error, ListOfProfiles().Replace(remedy, "The profiles are listed.")));
        }

        var problem = Assert.Single(problems.Distinct());
        Assert.Contains(expected, problem.Error, StringComparison.Ordinal);
    }

    // other tests add profiles at any time
    [GeneratedRegex(@"The profiles are: [^.]*\.")]
    private static partial Regex ListOfProfiles();
}
