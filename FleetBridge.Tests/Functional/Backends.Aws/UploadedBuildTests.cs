using System.IO.Compression;
using Amazon.Emulation.Faults;
using Amazon.Emulation.S3;
using Amazon.Emulation.Signatures;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The uploaded build's operations on the AWS emulator.</summary>
public sealed class UploadedBuildTests(ITestOutputHelper output)
{
    private const string Name = "test1-build";

    [Fact]
    public async Task Package_is_uploaded_checked_and_deleted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var package = Package();
        var created = await deployment.SucceedAsync("uploaded_build", "create", Root(package));
        Assert.Equal("READY", (string?)created["State"]);
        var call = Assert.Single(deployment.Aws.Calls.Of("CreateBuild"));
        Assert.Equal(Name, call.Text("Name"));
        Assert.Equal("build0.42", call.Text("Version"));
        Assert.Equal("WINDOWS_2022", call.Text("OperatingSystem"));
        Assert.Equal("5.4.0", call.Text("ServerSdkVersion"));

        var item = Assert.Single(deployment.Aws.S3.Objects);
        using (var zip = new ZipArchive(new MemoryStream(item.Content!)))
        {
            Assert.Equal(["MyGame/Server.exe", "install.bat"], zip.Entries.Select(entry => entry.FullName));
        }

        var check = await deployment.SucceedAsync("uploaded_build", "check");
        Assert.Equal((string?)created["Build Id"], (string?)check["Build Id"]);
        await deployment.SucceedAsync("uploaded_build", "create", Root(package));
        Assert.Contains("exists already", deployment.LogText, StringComparison.Ordinal);
        Assert.Single(deployment.Aws.Calls.Of("CreateBuild"));
        await deployment.SucceedAsync("uploaded_build", "delete");
        Assert.Empty(deployment.Aws.Region().Builds);
        await deployment.SucceedAsync("uploaded_build", "delete");
        var (error, _) = await deployment.FailAsync("uploaded_build", "check");
        Assert.Contains($"no build named {Name}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failed_upload_leaves_nothing_behind(bool cancelled)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var package = Package();
        using var end = new CancellationTokenSource();
        deployment.Aws.S3.Fault = call =>
        {
            if (call.Operation != "UploadPart")
            {
                return null;
            }

            if (cancelled)
            {
                end.Cancel();
            }

            return new S3Fault { Code = "AccessDenied", Status = 403 };
        };
        deployment.Cancellation = end.Token;
        if (cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deployment.RunAsync("uploaded_build", "create", Root(package)));
        }
        else
        {
            var (error, _) = await deployment.FailAsync("uploaded_build", "create", Root(package));
            Assert.Contains(Name, error, StringComparison.Ordinal);
        }

        Assert.Empty(deployment.Aws.Region().Builds);
        Assert.Empty(deployment.Aws.S3.Uploads);
        Assert.Empty(deployment.Aws.S3.Objects);
    }

    [Fact]
    public async Task Upload_credentials_that_S3_quotes_are_redacted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        var signers = new List<AwsKey>();
        deployment.Aws.S3.Fault = call =>
        {
            var key = deployment.Aws.Keys.Find(call.Caller.AccessKey)!;
            signers.Add(key);
            return new S3Fault { Code = $"Denied {key.Id} {key.Secret} {key.Token}", Status = 403 };
        };
        using var package = Package();
        var (error, remedy) = await deployment.FailAsync("uploaded_build", "create", Root(package));
        Assert.NotEmpty(signers);
        Assert.Contains("Denied [hidden]", error, StringComparison.Ordinal);
        foreach (var secret in signers.SelectMany(key => new[] { key.Id, key.Secret, key.Token! }))
        {
            Assert.DoesNotContain(secret, $"{error} {remedy} {deployment.LogText}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lost_response_of_CreateBuild_leaves_one_build()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Faults.Add("CreateBuild", Fault.DropAfter);
        using var package = Package();
        await deployment.SucceedAsync("uploaded_build", "create", Root(package));
        Assert.True(deployment.Aws.Faults.AllHappened);
        Assert.Single(deployment.Aws.Region().Builds);
        Assert.Single(deployment.Aws.Calls.Of("CreateBuild"));
    }

    [Fact]
    public async Task Build_that_GameLift_cannot_use_is_removed()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Rules.BuildsFail = true;
        using var package = Package();
        var (error, _) = await deployment.FailAsync("uploaded_build", "create", Root(package));
        Assert.Contains("it is FAILED", error, StringComparison.Ordinal);
        Assert.Empty(deployment.Aws.Region().Builds);
    }

    [Fact]
    public async Task Stopped_upload_is_taken_up()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        var stopped = deployment.Aws.Seed.Build(Name, "INITIALIZED");
        DeploymentSeed.Tag(deployment.Aws);
        var (error, remedy) = await deployment.FailAsync("uploaded_build", "check");
        Assert.Contains("INITIALIZED", error, StringComparison.Ordinal);
        Assert.Contains("upload it again", remedy, StringComparison.Ordinal);

        using var package = Package();
        var created = await deployment.SucceedAsync("uploaded_build", "create", Root(package), ("server_package_version", "1"));
        Assert.Equal(stopped.Id, (string?)created["Build Id"]);
        Assert.Empty(deployment.Aws.Calls.Of("CreateBuild"));
        Assert.Single(deployment.Aws.Region().Builds);
    }

    [Fact]
    public async Task Used_up_quota_names_the_oldest_builds()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Seed.Builds(3, "old");
        deployment.Aws.Rules.BuildQuota = 3;
        using var package = Package();
        var (error, remedy) = await deployment.FailAsync("uploaded_build", "create", Root(package));
        Assert.Contains("There are 3 builds", error, StringComparison.Ordinal);
        Assert.Contains("old-0", remedy, StringComparison.Ordinal);
        Assert.Empty(deployment.Aws.S3.Calls);
    }

    [Fact]
    public async Task Sixty_builds_of_others_do_not_hide_ours()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Seed.Builds(30, Name);
        deployment.Aws.Seed.Builds(30, "another");
        var ours = deployment.Aws.Seed.Build(Name);
        var check = await deployment.SucceedAsync("uploaded_build", "check");
        Assert.Equal(ours.Id, (string?)check["Build Id"]);
        DeploymentSeed.Tag(deployment.Aws);
        await deployment.SucceedAsync("uploaded_build", "delete");
        Assert.Equal(60, deployment.Aws.Region().Builds.Count);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("empty")]
    public async Task Missing_or_empty_package_makes_no_call_to_GameLift(string kind)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var folder = new TemporaryFolder();
        var root = kind == "nothing" ? folder["nothing"] : folder.Path;
        var (error, _) = await deployment.FailAsync("uploaded_build", "create", ("server_package_root", root));
        Assert.Contains(root, error, StringComparison.Ordinal);
        Assert.Empty(deployment.Aws.Calls.Of("CreateBuild"));
    }

    private static TemporaryFolder Package()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["MyGame"]);
        File.WriteAllText(Path.Combine(folder["MyGame"], "Server.exe"), "the server");
        File.WriteAllText(folder["install.bat"], "rem nothing to install\r\n");
        return folder;
    }

    private static (string, string) Root(TemporaryFolder package) => ("server_package_root", package.Path);
}
