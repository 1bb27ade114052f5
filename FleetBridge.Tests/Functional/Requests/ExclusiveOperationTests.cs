using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Requests;

public sealed class ExclusiveOperationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("/probe/1/deployment/thing/create?prefix=a")]
    [InlineData("/probe/1/deployment/thing/delete?prefix=a")]
    [InlineData("/probe_backend/1/deployment/thing_create?prefix=\"a\"")]
    public async Task Second_change_on_the_same_resource_and_prefix_is_answered_at_once_that_one_runs(string second)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        var first = RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/create?prefix=a&{files.Query}");
        await files.WaitUntilBegunAsync();

        // it would wait for a gate that nobody opens
        var response = await RawHttp.PostAsync(bridge.HttpPort, $"{second}&gate={bridge.Folder["never"]}");
        Assert.Equal(200, response.Status);
        Assert.NotEmpty(response.Headers["Content-Length"]);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("create", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains("already running", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains("'a'", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.False(files.IsDone);

        files.OpenGate();
        Assert.Equal("True", (string?)(await first).Json["Overall Result"]);
    }

    [Fact]
    public async Task Change_with_another_prefix_and_checks_run_beside_it()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var (one, other, check) = (
            new ProbeFiles(bridge.Folder, "one"), new ProbeFiles(bridge.Folder, "other"), new ProbeFiles(bridge.Folder, "check"));
        var first = RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/create?prefix=a&{one.Query}");
        await one.WaitUntilBegunAsync();
        var second = RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/create?prefix=b&{other.Query}");
        await other.WaitUntilBegunAsync();
        var third = RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/wait?prefix=a&{check.Query}");
        await check.WaitUntilBegunAsync();
        Assert.False(one.IsDone);
        foreach (var files in new[] { check, other, one })
        {
            files.OpenGate();
        }

        Assert.All(await Task.WhenAll(first, second, third), response => Assert.Equal("True", (string?)response.Json["Overall Result"]));
    }

    [Fact]
    public async Task Next_change_runs_once_the_first_has_ended()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        files.OpenGate();
        for (var i = 0; i < 3; i++)
        {
            var response = await RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/create?{files.Query}");
            Assert.Equal("True", (string?)response.Json["Overall Result"]);
        }

        // one that fails gives its place back too: it has no gate
        for (var i = 0; i < 2; i++)
        {
            var response = await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/thing/delete");
            Assert.Contains("'gate'", (string?)response.Json["Error"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_many_changes_at_the_same_moment_one_runs()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        var all = Enumerable.Range(0, 10)
            .Select(_ => RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/create?{files.Query}")).ToList();
        await Eventually.TrueAsync(() => all.Count(response => response.IsCompleted) == 9, "nine are refused");
        files.OpenGate();
        var results = (await Task.WhenAll(all)).Select(response => (string?)response.Json["Overall Result"]);
        Assert.Single(results, result => result == "True");
    }
}
