using System.Globalization;
using Amazon.Emulation.GameLift;
using Amazon.Emulation.S3;
using FleetBridge.Backends.Aws.Builds;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>Builds that wait for their upload: whose they are, and who may upload them.</summary>
public sealed class UploadMarkTests(ITestOutputHelper output)
{
    private const string Name = "test1-build";
    private const string Maker = "fleetbridge:maker";
    private const string Renewed = "fleetbridge:renewed";

    /// <summary>The end of a process id that no process has.</summary>
    private const int Nobody = 2_000_000_000;

    [Theory]
    [InlineData("none", 0, "beside")]
    [InlineData("none", 23 * 60, "beside")]
    [InlineData("none", 25 * 60, "taken up")]
    [InlineData("other machine", 1, "busy")]
    [InlineData("other machine", 19, "busy")]
    [InlineData("other machine", 21, "taken up")]
    [InlineData("other machine", -19, "busy")]
    [InlineData("other machine", -60, "taken up")]
    [InlineData("same name, other machine", 1, "busy")]
    [InlineData("ended process", 0, "taken up")]
    [InlineData("process of the same id", 0, "taken up")]
    [InlineData("this process", 4, "busy")]
    [InlineData("this process", 6, "taken up")]
    [InlineData("released", 0, "taken up")]
    [InlineData("unreadable", 0, "taken up")]
    [InlineData("other prefix, ended process", 0, "beside")]
    [InlineData("other prefix, other machine", 1, "busy")]
    public async Task Build_that_waits_is_taken_up_only_when_its_maker_is_gone(string mark, int minutes, string expected)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        var waiting = Add(deployment, mark, minutes);
        using var package = Package();
        var settings = Settings(package);
        if (expected == "busy")
        {
            var (error, remedy) = await deployment.FailAsync("uploaded_build", "create", settings);
            Assert.Contains("is uploading it", error, StringComparison.Ordinal);
            Assert.Contains("another --server-package-name", remedy, StringComparison.Ordinal);
            Assert.Empty(StoppedCreate.Changes(deployment.Aws));
            if (mark != "other prefix, other machine")
            {
                (error, _) = await deployment.FailAsync("uploaded_build", "delete");
                Assert.Contains("is uploading it", error, StringComparison.Ordinal);
            }

            Assert.Equal([waiting], deployment.Aws.Region().Builds);
            return;
        }

        var created = await deployment.SucceedAsync("uploaded_build", "create", settings);
        Assert.Equal(expected == "taken up", waiting.Id == (string?)created["Build Id"]);
        Assert.Equal(expected == "taken up" ? "READY" : "INITIALIZED", waiting.Status);
        Assert.Equal(expected == "taken up" ? 1 : 2, deployment.Aws.Region().Builds.Count);
        Assert.Equal(expected == "beside", deployment.LogText.Contains("A new one is registered beside it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("none", 25 * 60)]
    [InlineData("ended process", 0)]
    public async Task Cancelled_upload_deletes_only_what_it_has_made(string mark, int minutes)
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        var waiting = Add(deployment, mark, minutes);
        using var package = Package();
        await CancelAsync(deployment, package, () => { });
        Assert.Equal([waiting], deployment.Aws.Region().Builds);

        // what was taken up and given back is there for the next one at once
        if (mark != "none" || minutes > 0)
        {
            deployment.Aws.S3.Fault = null;
            var created = await deployment.SucceedAsync("uploaded_build", "create", Settings(package));
            Assert.Equal(waiting.Id, (string?)created["Build Id"]);
        }
    }

    [Fact]
    public async Task Build_that_was_taken_up_by_another_machine_meanwhile_is_not_deleted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var package = Package();
        await CancelAsync(deployment, package, () => Mark(deployment, deployment.Aws.Region().Builds[0], "other machine", 0));
        Assert.Single(deployment.Aws.Region().Builds);
        Assert.Contains("has taken its upload up", deployment.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_upload_renews_its_mark_and_a_second_one_is_refused()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        using var package = Package();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        deployment.Aws.S3.Fault = call => call.Operation == "UploadPart" ? new S3Fault { Wait = released.Task } : null;
        var running = deployment.RunAsync("uploaded_build", "create", Settings(package));
        await Eventually.TrueAsync(() => deployment.Aws.Calls.Of("TagResource").Count >= 2, "the mark is renewed");
        var build = Assert.Single(deployment.Aws.Region().Builds);
        Assert.Contains($"/{System.Environment.ProcessId}/", build.Tags[Maker], StringComparison.Ordinal);
        var (error, _) = await deployment.FailAsync("uploaded_build", "create", Settings(package));
        Assert.Contains("is uploading it", error, StringComparison.Ordinal);
        released.SetResult();
        await running;
        Assert.Equal([build], deployment.Aws.Region().Builds);
        Assert.Equal("READY", build.Status);
    }

    [Fact]
    public async Task Lost_response_without_tagging_rights_never_takes_a_colleagues_build()
    {
        await using var deployment = await AwsDeployment.StartAsync(output, AwsDeployment.UploadHurry);
        deployment.Aws.Rules.DeniedActions.Add("gamelift:TagResource");
        GameLiftBuild? theirs = null;
        deployment.Aws.AfterEffect = call =>
        {
            if (call.Operation == "CreateBuild" && theirs is null)
            {
                theirs = deployment.Aws.Seed.Build(Name, "INITIALIZED");
                throw new Amazon.Emulation.Wire.AwsError("ServiceUnavailable", "Lost.", 503);
            }

            return Task.CompletedTask;
        };
        using var package = Package();
        var created = await deployment.SucceedAsync("uploaded_build", "create", Settings(package));
        Assert.NotEqual(theirs!.Id, (string?)created["Build Id"]);
        Assert.Equal("INITIALIZED", theirs.Status);
    }

    private static async Task CancelAsync(AwsDeployment deployment, TemporaryFolder package, Action before)
    {
        using var end = new CancellationTokenSource();
        deployment.Aws.S3.Fault = call =>
        {
            if (call.Operation == "UploadPart")
            {
                before();
                end.Cancel();
                return new S3Fault { Code = "AccessDenied", Status = 403 };
            }

            return null;
        };
        deployment.Cancellation = end.Token;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => deployment.RunAsync("uploaded_build", "create", Settings(package)));
        deployment.Cancellation = CancellationToken.None;
    }

    private static GameLiftBuild Add(AwsDeployment deployment, string mark, int minutes)
    {
        var now = deployment.Aws.Clock;
        deployment.Aws.Clock = new FakeTimeProvider(now.GetUtcNow() - TimeSpan.FromMinutes(mark == "none" ? minutes : 0));
        var build = deployment.Aws.Seed.Build(Name, "INITIALIZED");
        deployment.Aws.Clock = now;
        if (mark != "none")
        {
            Mark(deployment, build, mark, minutes);
        }

        return build;
    }

    private static void Mark(AwsDeployment deployment, GameLiftBuild build, string mark, int minutes)
    {
        var current = MakerProcess.Current;
        var (machine, id, process, started) = (current.Machine, current.MachineId, current.ProcessId, current.Started);
        var tags = build.Tags;
        (tags["fleetbridge:prefix"], tags["fleetbridge:resource"]) =
            (mark.StartsWith("other prefix", StringComparison.Ordinal) ? "test2" : "test1", "uploaded_build");
        tags[Renewed] = (deployment.Clock.GetUtcNow() - TimeSpan.FromMinutes(minutes)).ToString("O", CultureInfo.InvariantCulture);
        tags[Maker] = mark switch
        {
            "other machine" or "other prefix, other machine" => $"theirs/abcdef/{process}/{started}/run",
            "same name, other machine" => $"{machine}/abcdef/{Nobody}/{started}/run",
            "ended process" or "other prefix, ended process" => $"{machine}/{id}/{Nobody}/{started}/run",
            "process of the same id" => $"{machine}/{id}/{process}/1/run",
            "this process" => $"{machine}/{id}/{process}/{started}/run",
            "unreadable" => "something else",
            _ => "",
        };
    }

    private static TemporaryFolder Package()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["install.bat"], "rem nothing to install\r\n");
        return folder;
    }

    private static (string, string)[] Settings(TemporaryFolder package) =>
        [("server_package_root", package.Path), ("server_package_version", "1")];
}
