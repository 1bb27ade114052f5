using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>What the tests of reloading ask a bridge.</summary>
internal static class Reloading
{
    /// <summary>The folder in which a bridge keeps copies of loaded builds.</summary>
    public static string CopiesOf(TestBridge bridge) =>
        Directory.EnumerateDirectories(bridge.Folder["state", "generations"]).Single();

    /// <summary>Asks the backend for its build; a failed request fails the test.</summary>
    public static async Task<string> BuildAsync(this TestBridge bridge, string backend = "probe/1")
    {
        var (status, json) = await bridge.PostAsync($"/{backend}/deployment/thing/check");
        Assert.True(status == 200 && (string?)json["Overall Result"] == "True", $"{status} {json.ToJsonString()}");
        return (string)json["Details"]!["Build"]!;
    }

    /// <summary>Asks for something and returns the answer's details.</summary>
    public static async Task<JsonObject> DetailsAsync(this TestBridge bridge, string target)
    {
        var (status, json) = await bridge.PostAsync(target);
        Assert.True(status == 200 && (string?)json["Overall Result"] == "True", $"{status} {json.ToJsonString()}");
        return json["Details"]?.AsObject() ?? [];
    }

    /// <summary>Waits until nothing is in memory but what serves, nor on disk.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="serving">How many backends serve.</param>
    public static async Task OldGenerationsGoneAsync(this TestBridge bridge, int serving = 1)
    {
        await Eventually.TrueAsync(
            () => bridge.Server.Backends.Unloader.CountAlive() == 0, "the old generations are out of memory");
        await Eventually.TrueAsync(
            () => Directory.GetDirectories(CopiesOf(bridge)).Length == serving, "the old generations' copies are deleted");
    }

    public static int GenerationOf(this TestBridge bridge, string name = "probe", string version = "1") =>
        bridge.Server.Backends.Statuses.Single(status => status.Name == name && status.Version == version).Generation;
}
