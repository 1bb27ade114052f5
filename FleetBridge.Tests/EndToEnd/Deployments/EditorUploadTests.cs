using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>An upload that takes long, as the editor lives through it: real seconds, and a part that waits for the test.
/// </summary>
public sealed class EditorUploadTests(ITestOutputHelper output) : EndToEndTest(output)
{
    private const string Create = "/deployment/uploaded_build/create";
    private const string Check = "/deployment/uploaded_build/check";

    [Fact]
    public async Task Long_upload_tells_how_far_it_is_keeps_the_editor_waiting_and_lets_no_second_one_begin()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.AwsRoot]);
        var (upload, query) = Begin();
        using var editor = await Editor.OpenAsync(bridge.HttpPort, bridge.WebSocketPort, query, Shown);
        await editor.SendAsync(Create);
        await upload.Going.WaitAsync(Patience);

        var (status, second) = await bridge.PostAsync($"/aws/1/deployment/uploaded_build_create?{query}");
        Assert.Equal((200, false), (status, Editor.IsTrue(second)));
        Assert.Contains("create of uploaded_build is already running for the prefix 'life'", (string?)second["Error"], StringComparison.Ordinal);

        // the engine would give up after 30 s without a byte; the first comes after five
        Assert.Equal("", (await editor.ReadFirstChunkAsync()).Trim(' '));
        var told = await editor.ReadLogUntilAsync("MB/s");
        Assert.Matches("^Uploading life-build: [0-9]+ %, [0-9.]+ MB/s", told.Message);
        upload.Release();
        var (spaces, answer) = await editor.ReadRestAsync();
        Assert.True(Editor.IsTrue(answer), answer.ToJsonString());
        Assert.InRange(spaces, 0, 5);
        await editor.ReadLogUntilAsync("is READY");
        Assert.True((await editor.PressAsync(Check)).Ok);
        Assert.Single(Aws.Calls.Of("CreateBuild"));
    }

    [Fact]
    public async Task Upload_whose_editor_goes_away_goes_on_and_the_next_editor_finds_it()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.AwsRoot]);
        var (upload, query) = Begin();
        using (var editor = await Editor.OpenAsync(bridge.HttpPort, bridge.WebSocketPort, query, Shown))
        {
            await editor.SendAsync(Create);
            await upload.Going.WaitAsync(Patience);
            editor.Vanish();
            await editor.ReadLogUntilAsync("The client of deployment/uploaded_build/create disconnected");
            upload.Release();
            await editor.ReadLogUntilAsync("deployment/uploaded_build/create ended after its client disconnected: True");
        }

        // the log's place is free once its reader's end was noticed
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var next = await Editor.OpenAsync(bridge.HttpPort, bridge.WebSocketPort, query, Shown);
                    return (await next.PressAsync(Check)).Ok;
                }
                catch (Xunit.Sdk.StartsWithException)
                {
                    return false;
                }
            },
            "the next editor's check is True");
    }

    [Fact]
    public async Task Bridge_that_is_stopped_during_an_upload_removes_what_was_begun()
    {
        Requires.Unix();
        var (upload, query) = Begin();
        await using var serving = await ServingProcess.StartAsync(State, ["--http-port", "0", "--websocket-port", "0"], Aws.Environment);
        using var editor = await Editor.OpenAsync(serving.HttpPort, serving.WebSocketPort, query, Shown);
        await editor.SendAsync(Create);
        await upload.Going.WaitAsync(Patience);
        Assert.Single(Aws.S3.Uploads);
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        var answer = await editor.ReadAnswerAsync();
        Assert.False(Editor.IsTrue(answer));
        Shown.WriteLine(answer.ToJsonString());
        await editor.ReadLogUntilAsync("Removed the build life-build");
        await editor.ReadLogUntilAsync("The bridge has stopped.");
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
        DeployedState.AssertNoBuild(Aws);
    }

    private (HeldUpload Upload, string Query) Begin() =>
        (new HeldUpload(Package, Aws), Editor.Query(AwsProfiles.Add(Aws), "life", Package));
}
