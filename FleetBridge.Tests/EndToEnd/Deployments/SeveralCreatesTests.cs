using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>Two command lines at the same time, and one that is interrupted.</summary>
public sealed class SeveralCreatesTests(ITestOutputHelper output) : EndToEndTest(output)
{
    [Fact]
    public async Task Second_create_of_the_same_deployment_is_told_and_the_first_completes()
    {
        var upload = new HeldUpload(Package, Aws);
        await using var first = Begin("create all");
        await upload.Going.WaitAsync(Patience);
        var second = await DeployAsync("create all", 1);
        Assert.Contains("is already running for the prefix 'life'", second.Rows[0][2], StringComparison.Ordinal);
        Assert.Equal(["fleet", "skipped"], second.Rows[1][..2]);
        upload.Release();
        await EndAsync(first, "create all (the first)", 0);
        DeployedState.AssertComplete(Aws, "life");
    }

    [Fact]
    public async Task Creates_of_two_deployments_at_once_both_complete()
    {
        GamePackage.Make(Package);
        await using var one = Begin("create all", "one");
        await using var two = Begin("create all", "two");
        await EndAsync(one, "create all --prefix one", 0);
        await EndAsync(two, "create all --prefix two", 0);
        DeployedState.AssertComplete(Aws, "one");
        DeployedState.AssertComplete(Aws, "two");
        await DeployAsync("delete all", 0, "one");
        DeployedState.AssertGone(Aws, "one");
        DeployedState.AssertComplete(Aws, "two");
    }

    [Fact]
    public async Task Interrupt_during_the_upload_leaves_no_orphan_and_the_next_create_completes()
    {
        Requires.Unix();
        var upload = new HeldUpload(Package, Aws);
        await using (var program = Begin("create all"))
        {
            await upload.Going.WaitAsync(Patience);
            Assert.Single(Aws.S3.Uploads);
            program.Signal(FleetBridgeProcess.Interrupt);
            var result = await EndAsync(program, "create all (Ctrl-C)", 130);
            Assert.Equal(["uploaded_build", "cancelled"], result.Rows[0][..2]);
            Assert.Contains("Removed the build life-build", result.Error, StringComparison.Ordinal);
        }

        DeployedState.AssertNoBuild(Aws);
        upload.Release();
        await DeployAsync("create all", 0);
        DeployedState.AssertComplete(Aws, "life");
    }
}
