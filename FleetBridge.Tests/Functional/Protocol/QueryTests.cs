using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>Queries as they stand on the wire, through the server that would rather decode them itself.</summary>
public sealed class QueryTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    [Theory]
    [InlineData("text=\"C%3A%5CMy%20Games\\{a[b\"", "C:\\My Games\\{a[b")]
    [InlineData("text='single'", "single")]
    [InlineData("text=%22escaped%22", "escaped")]
    [InlineData("text=\"unmatched", "\"unmatched")]
    [InlineData("text=\"crossed'", "\"crossed'")]
    [InlineData("text=100%zz%f%ff", "100%zz%f%ff")]
    [InlineData("text=a+b%20c%2B", "a b c+")]
    [InlineData("text=first&text=second", "first")]
    [InlineData("text=&text=\"\"&text=third", "third")]
    [InlineData("text=%C3%A4%E2%82%AC", "ä€")]
    [InlineData("text=<>^`{|}[]", "<>^`{|}[]")]
    [InlineData("text=/..//../%2e%2e%5c\\", "/..//../..\\\\")]
    [InlineData("text=%00%0D%0A", "\0\r\n")]
    [InlineData("text=a?b#c", "a?b#c")]
    public async Task Value_reaches_the_backend_by_the_editors_rules(string query, string expected)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/probe/1/deployment/thing/check?{query}");
        Assert.Equal(200, response.Status);
        Assert.Equal("True", (string?)response.Json["Overall Result"]);
        Assert.Equal(expected, (string?)response.Json["Details"]!["text"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?prefix=")]
    [InlineData("?prefix")]
    [InlineData("?prefix=\"\"&count=''")]
    [InlineData("?&&prefix=%22%22&")]
    public async Task Blank_value_leaves_the_default(string query)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/probe/1/deployment/thing/check{query}");
        Assert.Equal("p", (string?)response.Json["Details"]!["prefix"]);
        Assert.Equal("1", (string?)response.Json["Details"]!["count"]);
    }

    [Fact]
    public async Task Long_value_is_read_to_its_end()
    {
        var text = new string('x', 30_000);
        var escaped = string.Concat(Enumerable.Repeat("%78", 30_000));
        var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/probe/1/deployment/thing/check?text={escaped}");
        Assert.Equal(text, (string?)response.Json["Details"]!["text"]);
    }

    [Fact]
    public async Task Packaged_build_is_checked_for_a_query_as_the_editor_writes_it()
    {
        var root = Path.Combine(Repository.SampleGame, "Packaged", "WindowsServer");
        var query = "?profile_name=default&region_name=us-east-1&prefix=test1"
            + $"&server_package_root=\"{Uri.EscapeDataString(root)}\""
            + $"&fleet_launch_path=\"{Uri.EscapeDataString("C:/game/SampleGame/Binaries/Win64/SampleGameServer.exe")}\""
            + $"&project_root=\"{Uri.EscapeDataString(Repository.SampleGame)}\"";
        foreach (var path in new[] { "/deployment/packaged_build/check", "/deployment/packaged_build_check" })
        {
            var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/aws_backend/1{path}{query}");
            Assert.Equal(200, response.Status);
            Assert.True("True" == (string?)response.Json["Overall Result"], response.Text);
            Assert.Equal(root, (string?)response.Json["Details"]!["Package Root"]);
        }
    }

    [Theory]
    [InlineData("Packaged/WindowsServer", "")]
    [InlineData("./Packaged/../Packaged/WindowsServer", "/")]
    [InlineData("../SampleGame/Packaged/WindowsServer", "/Content/..")]
    public async Task Relative_package_folder_counts_from_the_project_that_the_editor_sends(string root, string end)
    {
        var query = $"?server_package_root=\"{Uri.EscapeDataString(root)}\""
            + $"&project_root=\"{Uri.EscapeDataString(Repository.SampleGame + end)}\"";
        foreach (var path in new[] { "/deployment/packaged_build/check", "/deployment/packaged_build_check" })
        {
            var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/aws_backend/1{path}{query}");
            Assert.Equal(
                Path.Combine(Repository.SampleGame, "Packaged", "WindowsServer"), (string?)response.Json["Details"]!["Package Root"]);
        }
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_are_named_all_at_once()
    {
        var response = await RawHttp.PostAsync(
            _bridge.HttpPort,
            "/aws/1/deployment/packaged_build/check?prefix=Not+Good&region_name=nowhere&fleet_inbound_port=70000&colour=red");
        Assert.Equal(200, response.Status);
        Assert.Equal("Invalid Settings", (string?)response.Json["Overall Result"]);
        var error = (string?)response.Json["Error"];
        Assert.All(
            ["prefix 'Not Good'", "region_name 'nowhere'", "fleet_inbound_port '70000'", "'colour'"],
            part => Assert.Contains(part, error, StringComparison.Ordinal));
    }
}
