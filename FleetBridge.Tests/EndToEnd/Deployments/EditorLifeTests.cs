using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>A deployment from its first button to its last, over the editor's own protocol.</summary>
public sealed class EditorLifeTests(ITestOutputHelper output)
{
    /// <summary>What one finds on a user's disk.</summary>
    private const string PackageName = "O'Neill's \"größtes\" Spiel – 日本 & 50% + more";

    private static readonly string[] Order = ["packaged_build", "uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"];

    [Fact]
    public async Task Buttons_from_top_to_bottom_deploy_and_back_again_tear_down()
    {
        await using var aws = await AwsEmulator.StartAsync();
        (aws.Rules.LooksUntilBuildReady, aws.Rules.LooksUntilFunctionActive) = (0, 0);

        // a record may take longer to its reader on a loaded machine than an answer waits for it; that is not what is tested
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.AwsRoot], clock: new ShiftableClock(patience: 100));
        var package = bridge.Folder[PackageName];
        using var editor = await Editor.OpenAsync(
            bridge.HttpPort,
            bridge.WebSocketPort,
            Editor.Query(AwsProfiles.Add(aws), "life", package, bridge.Folder.Path),
            output);
        var buttons = await editor.ReadButtonsAsync();
        Assert.Equal(Order.Select(name => $"/deployment/{name}/check"), buttons.Select(component => component.Buttons[0].Path));

        foreach (var (_, component) in buttons)
        {
            await FailAsync(component[0].Path);
        }

        Assert.DoesNotContain(aws.Calls.All, call => Changes(call.Operation));
        GamePackage.Make(package);
        await SucceedAsync("/deployment/packaged_build/check");
        foreach (var (_, component) in buttons.Where(component => component.Buttons.Any(IsMaking)))
        {
            await SucceedAsync(component.Single(IsMaking).Path);
            if (component[0].Path == "/deployment/fleet/check")
            {
                await FollowFleetAsync();
            }

            // the editor by itself sends a component's first request after any other one
            await SucceedAsync(component[0].Path);
        }

        DeployedState.AssertComplete(aws, "life");
        foreach (var (_, component) in buttons.Reverse().Where(component => component.Buttons.Any(IsDeleting)))
        {
            await SucceedAsync(component.Single(IsDeleting).Path);
            var log = await FailAsync(component[0].Path);
            Assert.Matches("There is no|is being deleted", log);
        }

        DeployedState.AssertGone(aws, "life");
        Assert.Empty(aws.Bugs);

        async Task SucceedAsync(string path)
        {
            var (ok, answer, log) = await editor.PressAsync(path);
            Assert.True(ok, $"{path}: {answer.ToJsonString()}");
            AssertReadable(log);
            Assert.DoesNotContain(log, record => record.Level is "WARNING" or "ERROR");
        }

        async Task<string> FailAsync(string path)
        {
            var (ok, answer, log) = await editor.PressAsync(path);
            Assert.False(ok, $"{path}: {answer.ToJsonString()}");
            AssertReadable(log);
            Assert.Equal("ERROR", log[^1].Level);
            Assert.Contains((string)answer["Error"]!, log[^1].Message, StringComparison.Ordinal);
            return log[^1].Message;
        }

        async Task FollowFleetAsync()
        {
            // every look moves the emulator's fleet on; both spellings of a path and of the backend lead to it
            for (var look = 0; look < 6; look++)
            {
                var (ok, _, log) = await editor.PressAsync(
                    look % 2 == 0 ? "/deployment/fleet/check" : "/deployment/fleet_check", look % 4 < 2 ? "aws_backend/1" : "aws/1");
                AssertReadable(log);
                if (ok)
                {
                    Assert.InRange(look, 4, 5);
                    return;
                }
            }

            Assert.Fail("the fleet never was ACTIVE");
        }
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_are_named_and_nothing_is_asked_of_aws()
    {
        await using var aws = await AwsEmulator.StartAsync();
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.AwsRoot]);
        var query = Editor.Query(AwsProfiles.Add(aws), "MyGame", bridge.Folder.Path);
        using var editor = await Editor.OpenAsync(bridge.HttpPort, bridge.WebSocketPort, query, output);
        foreach (var resource in Order.Skip(1))
        {
            var (ok, answer, _) = await editor.PressAsync($"/deployment/{resource}/create");
            Assert.False(ok);
            Assert.Equal("Invalid Settings", (string?)answer["Overall Result"]);
            Assert.Contains("prefix", (string?)answer["Error"], StringComparison.Ordinal);
            Assert.Contains("MyGame", (string?)answer["Error"], StringComparison.Ordinal);
        }

        Assert.Empty(aws.Calls.All);
    }

    private static bool Changes(string operation) =>
        !new[] { "List", "Describe", "Get" }.Any(verb => operation.StartsWith(verb, StringComparison.Ordinal));

    private static bool IsMaking((string Name, string Path) button) => button.Path.EndsWith("/create", StringComparison.Ordinal);

    private static bool IsDeleting((string Name, string Path) button) => button.Path.EndsWith("/delete", StringComparison.Ordinal);

    private static void AssertReadable(IReadOnlyList<LogRecord> log)
    {
        Assert.NotEmpty(log);
        Assert.All(log, record => PlainWords.Assert(record.Message));
    }
}
