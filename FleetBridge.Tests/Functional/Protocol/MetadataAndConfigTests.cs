using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class MetadataAndConfigTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    [Fact]
    public async Task Metadata_is_this_to_the_byte()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/metadata?profile_name=default&prefix=x");
        Assert.Equal(200, response.Status);
        Assert.Equal(
            "{\"Overall Result\":\"True\",\"Details\":{\"Fleet Type\":\"Probe\",\"Fleet Description\":\"For tests.\",\"Components\":"
            + "[{\"Name\":\"Thing\",\"Description\":\"A thing.\",\"Requests\":[{\"Name\":\"Check\",\"RequestPath\":\"/deployment/thing/check\"},"
            + "{\"Name\":\"Create\",\"RequestPath\":\"/deployment/thing_create\"}]}]}}",
            response.Text);
    }

    [Fact]
    public async Task Config_is_the_resolved_settings_to_the_byte()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/config?prefix=x&text=\"%C3%A4\\\"&gate=");
        Assert.Equal(200, response.Status);
        Assert.Equal(
            "{\"Overall Result\":\"True\",\"prefix\":\"x\",\"text\":\"\\u00e4\\\\\",\"count\":\"1\",\"gate\":null,\"mark\":null,\"done\":null}",
            response.Text);
    }

    [Fact]
    public async Task Config_with_settings_that_cannot_be_used_says_so_and_has_no_members()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/config?colour=red&prefix=x");
        Assert.Equal(200, response.Status);
        Assert.Equal("Invalid Settings", (string?)response.Json["Overall Result"]);
        Assert.Contains("'colour'", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Equal(["Overall Result", "Error"], response.Json.Select(member => member.Key));
    }

    [Fact]
    public async Task Aws_metadata_has_the_editors_shape_and_every_request_in_it_is_known()
    {
        var details = (await RawHttp.PostAsync(_bridge.HttpPort, "/aws_backend/1/metadata")).Json["Details"]!.AsObject();
        Assert.Equal(["Fleet Type", "Fleet Description", "Components"], details.Select(member => member.Key));
        var components = details["Components"]!.AsArray();
        Assert.Equal(7, components.Count);
        foreach (var component in components.Select(node => node!.AsObject()))
        {
            Assert.Equal(["Name", "Description", "Requests"], component.Select(member => member.Key));
            var requests = component["Requests"]!.AsArray().Select(node => node!.AsObject()).ToList();
            Assert.All(requests, request => Assert.Equal(["Name", "RequestPath"], request.Select(member => member.Key)));
            Assert.EndsWith("check", (string?)requests[0]["RequestPath"], StringComparison.Ordinal);
            foreach (var path in requests.Select(request => (string)request["RequestPath"]!))
            {
                // a setting that cannot be used: it is found, and nothing is tried
                var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/aws_backend/1{path}?colour=red");
                Assert.Equal(200, response.Status);
                Assert.Equal("Invalid Settings", (string?)response.Json["Overall Result"]);
            }
        }
    }

    [Theory]
    [InlineData("/aws/1/metadata", 200)]
    [InlineData("/aws/1/config?prefix=x&profile_name=%C3%A4%F0%9F%9A%80", 200)]
    [InlineData("/aws/1/config?prefix=%C3%A4", 200)]
    [InlineData("/aws/1/deployment/packaged_build/check?server_package_root=\"/%C3%A4\"", 200)]
    [InlineData("/aws/1/deployment/fleet/check", 200)]
    [InlineData("/%C3%A4/1/metadata", 404)]
    [InlineData("/probe/1/%C3%A4%0A%7f", 404)]
    [InlineData("/%C3%A4", 404)]
    [InlineData("/", 400)]
    [InlineData("/probe/1/deployment/mischief/alike", 200)]
    public async Task Every_answer_is_ascii_json_without_a_mark_and_without_names_alike(string target, int status)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, target);
        Assert.Equal(status, response.Status);
        Assert.Equal((byte)'{', response.Body[0]);
        Assert.All(response.Body, value => Assert.InRange(value, 0x20, 0x7E));
        Assert.Contains((string?)response.Json["Overall Result"], new[] { "True", "False", "Invalid Settings" });
        AssertNoNamesAlike(JsonNode.Parse(Encoding.ASCII.GetString(response.Body))!);
    }

    private static void AssertNoNamesAlike(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            Assert.All(array, AssertNoNamesAlike);
        }
        else if (node is JsonObject members)
        {
            var names = members.Select(member => member.Key).ToList();
            Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(members, member => AssertNoNamesAlike(member.Value));
        }
    }
}
