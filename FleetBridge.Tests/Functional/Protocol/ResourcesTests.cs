using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class ResourcesTests
{
    [Fact]
    public async Task Resources_are_told_in_dependency_order_with_what_the_metadata_lacks()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.HouseRoot]);
        var (status, json) = await bridge.PostAsync("/house/1/resources");
        Assert.Equal((200, "True"), (status, (string?)json["Overall Result"]));
        var resources = json["Details"]!["Resources"]!.AsArray();
        Assert.Equal(["ground", "wall", "door", "roof", "garden"], resources.Select(resource => (string?)resource!["Name"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"Name": "wall", "Path": "house/wall", "Operations": ["check", "create", "delete", "wait"],
                 "Depends On": ["house/ground"], "Cost of keeping": "A wall is billed by the hour."}
                """),
            resources[1]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"Name": "ground", "Path": "house/ground", "Operations": ["check", "create", "delete"], "Depends On": []}
                """),
            resources[0]));
    }

    [Fact]
    public async Task Operation_without_a_button_is_called_by_both_spellings()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.HouseRoot]);
        foreach (var path in new[] { "wall/wait", "wall_wait" })
        {
            var (status, json) = await bridge.PostAsync($"/house/1/house/{path}?folder={Uri.EscapeDataString(bridge.Folder.Path)}");
            Assert.Equal((200, "ABSENT"), (status, (string?)json["Details"]!["State"]));
        }
    }

    [Fact]
    public async Task Resources_below_resources_are_not_there()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.HouseRoot]);
        var (status, json) = await bridge.PostAsync("/house/1/resources/wall");
        Assert.Equal(404, status);
        Assert.Contains("/resources", (string?)json["Error"], StringComparison.Ordinal);
    }
}
