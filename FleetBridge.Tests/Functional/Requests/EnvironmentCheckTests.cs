using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Requests;

/// <summary>What becomes of a backend's own checks, whatever they do.</summary>
public sealed class EnvironmentCheckTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Checks_are_told_one_by_one_and_one_that_fails_makes_it_false()
    {
        Write("""
            new EnvironmentCheck("good", _ => Task.FromResult(new CheckResult(CheckStatus.Ok, "It is there."))),
            new EnvironmentCheck("doubtful", _ => Task.FromResult(new CheckResult(CheckStatus.Warning, "It is odd.", "Look at it."))),
            new EnvironmentCheck("bad", _ => throw new BackendException("It is gone.", "Fetch it.")),
            new EnvironmentCheck("buggy", _ => throw new Odd()),
            """);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        var (status, json) = await bridge.PostAsync("/small/1/doctor");
        Assert.Equal((200, "False"), (status, (string?)json["Overall Result"]));
        Assert.Contains("Failed: bad, buggy.", (string?)json["Error"], StringComparison.Ordinal);
        Assert.Equal(
            [("good", "Ok", "It is there.", null), ("doubtful", "Warning", "It is odd.", "Look at it."), ("bad", "Failed", "It is gone.", "Fetch it.")],
            Checks(json).Take(3).Select(check => ((string?)check["Name"], (string?)check["State"], (string?)check["Message"], (string?)check["Remedy"])));
        var buggy = Checks(json)[3];
        Assert.Equal("Failed", (string?)buggy["State"]);
        Assert.Contains("A bug in this check", (string?)buggy["Message"], StringComparison.Ordinal);

        Write("");
        var details = await bridge.DetailsAsync("/small/1/doctor");
        Assert.Empty(details["Checks"]!.AsArray());
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Check_that_does_not_listen_is_given_up_at_the_deadline_and_its_code_is_kept_until_it_ends()
    {
        var gate = _root["gate"];
        Write($$"""
            new EnvironmentCheck("deaf", async _ => { while (!File.Exists(@"{{gate}}")) { await Task.Delay(10); } return new CheckResult(CheckStatus.Ok, ""); }),
            new EnvironmentCheck("listening", async context => { await Task.Delay(Timeout.Infinite, context.Cancellation); return null!; }),
            new EnvironmentCheck("good", _ => Task.FromResult(new CheckResult(CheckStatus.Ok, "It is there."))),
            """);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path], new FastClock(5));
        var (_, json) = await bridge.PostAsync("/small/1/doctor");
        Assert.Equal(["Failed", "Failed", "Ok"], Checks(json).Select(check => (string?)check["State"]));
        Assert.All(Checks(json).Take(2), check => Assert.Contains("no response within 10 s", (string?)check["Message"], StringComparison.Ordinal));

        Write("");
        await bridge.DetailsAsync("/small/1/metadata");
        Assert.Equal(2, bridge.GenerationOf("small"));
        Assert.Equal(1, bridge.Server.Backends.Unloader.CountAlive());
        await File.WriteAllTextAsync(gate, "");
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_are_said_before_any_check()
    {
        Write("""new EnvironmentCheck("good", _ => Task.FromResult(new CheckResult(CheckStatus.Ok, "It is there."))),""");
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        var (_, json) = await bridge.PostAsync("/small/1/doctor?nonsense=1");
        Assert.Equal("Invalid Settings", (string?)json["Overall Result"]);
    }

    private static List<JsonObject> Checks(JsonObject json) =>
        [.. json["Details"]!["Checks"]!.AsArray().Select(check => check!.AsObject())];

    private void Write(string checkups) => BackendBuild.Write(
        _root["small", "1"],
        BackendBuild.Compile("Small", BackendBuild.Source(
            members: $"public override IReadOnlyList<EnvironmentCheck> EnvironmentChecks => [{checkups}];",
            types: "internal sealed class Odd : Exception;")),
        "Small.dll");
}
