using System.Diagnostics;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Telemetry;

/// <summary>The AWS backend's calls as spans; each test's are those of its own trace.</summary>
public sealed class AwsCallTests(ITestOutputHelper output) : IDisposable
{
    private readonly Listening _listening = new();
    private readonly Activity _trace = new Activity("test").Start();

    public void Dispose()
    {
        _trace.Dispose();
        _listening.Dispose();
    }

    [Fact]
    public async Task Upload_is_traced_with_the_calls_to_s3()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var package = new TemporaryFolder();
        await deployment.SucceedAsync(
            "uploaded_build",
            "create",
            ("server_package_root", GamePackage.Make(package.Path)),
            ("fleet_launch_path", GamePackage.LaunchPath));
        var names = Spans().Select(span => span.OperationName).ToHashSet();
        Assert.Superset(
            new HashSet<string>(["GameLift/CreateBuild", "S3/InitiateMultipartUpload", "S3/UploadPart", "S3/CompleteMultipartUpload"]),
            names);
    }

    [Fact]
    public async Task Role_is_traced_with_the_call_to_sts()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var aws = deployment.Aws;
        deployment.Profile = AwsProfiles.Add(
            $"endpoint_url = {aws.Address}\nrole_arn = {aws.Seed.Role("Deployer").Arn}\nsource_profile = {deployment.Profile}");
        await deployment.FailAsync("fleet", "check");
        Assert.Contains(Spans(), span => span.OperationName == "STS/AssumeRole");
    }

    [Fact]
    public async Task Call_that_is_repeated_is_one_span_that_says_how_often()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Faults.Add("ListFleets", Fault.Throttle);
        deployment.Aws.Faults.Add("DescribeFleetAttributes", Fault.Throttle);
        await deployment.FailAsync("fleet", "check");
        var repeated = Assert.Single(Spans(), span => span.GetTagItem("http.request.resend_count") is not null);
        Assert.Equal(1, repeated.GetTagItem("http.request.resend_count"));
        Assert.Equal(200, repeated.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, repeated.Status);
    }

    [Fact]
    public async Task Call_that_is_refused_has_awss_code_and_nothing_of_its_message()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Faults.Add(FaultList.Any, Fault.Deny, times: 10);
        await deployment.FailAsync("fleet", "check");
        var refused = Assert.Single(Spans());
        Assert.Equal("AccessDeniedException", refused.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, refused.Status);
        Assert.Null(refused.StatusDescription);
        Assert.DoesNotContain(refused.TagObjects, tag => $"{tag.Value}".Contains("arn:", StringComparison.Ordinal));
    }

    private List<Activity> Spans() => [.. _listening.Spans.Where(span => span.TraceId == _trace.TraceId)];
}
