using System.Globalization;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Logs;

/// <summary>One record is one line, in the file and for the editor, whatever a request or a backend brings.</summary>
public sealed partial class OneLineTests(ITestOutputHelper output) : CliTest
{
    private const string Forged = "%0a2026-01-01%2000:00:00,000%20CRITICAL%20fleetbridge%20forged%0d%1b%5b2J%e2%80%ae%c2%9b31m%e2%80%a8end%09";

    [Theory]
    [InlineData($"/probe/1/x{Forged}")]
    [InlineData($"/nobody{Forged}/1/metadata")]
    [InlineData($"/probe/{Forged}/metadata")]
    [InlineData($"/probe/1/config?text=a{Forged}")]
    [InlineData($"/probe/1/config?x{Forged}=a")]
    [InlineData($"/probe/1/deployment/thing/log?text=a{Forged}")]
    [InlineData($"/probe/1/deployment/thing{Forged}/check")]
    public async Task Request_writes_no_line_of_its_own(string target)
    {
        await using var bridge = await TestBridge.StartAsync(output, level: Serilog.Events.LogEventLevel.Debug);
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync(target);
        Log(bridge.Log.Loggers.CreateLogger("test"), LogLevel.Warning, "the last one", null);
        for (var message = ""; message != "the last one"; message = (string)(await editor.ReadRecordAsync())["message"]!)
        {
            AssertVisible(message);
        }

        await bridge.StopAsync();
        await bridge.Log.DisposeAsync();
        AssertLines(bridge.ReadLogFile());
    }

    [Fact]
    public async Task Exception_and_what_a_backend_prints_are_one_line_each()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await bridge.PostAsync("/probe/1/deployment/mischief/throw");
        Log(bridge.Log.Loggers.CreateLogger("test"), LogLevel.Error, "It broke\nhere", new InvalidOperationException("first\nsecond\e[2J"));
        Log(bridge.Log.Backends.For("test"), LogLevel.Error, "It broke\nhere", new InvalidOperationException("first\nsecond\u202e"));
        await bridge.StopAsync();
        await bridge.Log.DisposeAsync();
        AssertLines(bridge.ReadLogFile());
        Assert.Contains(@"It broke\nhere\nSystem.InvalidOperationException: first\nsecond", bridge.ReadLogFile(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\u202egnp.exe")]
    [InlineData("a\nfleetbridge: forged\e[2J")]
    [InlineData("a\u2066b\u2028c\u009b31m")]
    public async Task What_is_printed_about_a_setting_is_on_its_line_too(string value)
    {
        var result = await RunAsync("check", "uploaded_build", "--profile-name", value);
        AssertVisible(result.Output.Replace("\n", "", StringComparison.Ordinal));
        AssertVisible(result.Error.Replace("\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Error.Split('\n'), line => line.StartsWith("fleetbridge: forged", StringComparison.Ordinal));
        AssertVisible((await RunAsync("config", "--json", "--profile-name", value)).Output.Replace("\n", "", StringComparison.Ordinal));
        AssertVisible((await RunAsync("config", "--profile-name", value)).Output.Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_bridge_says_elsewhere_is_printed_on_its_line()
    {
        const string Odd = """a\n\u001b[2J\u202e│\u009b31m""";
        await using var server = CannedServer.StartBridge(target => target switch
        {
            "/healthz" => $$$"""{"name":"FleetBridge","version":"{{{Odd}}}","backends":[{"name":"{{{Odd}}}","version":"{{{Odd}}}","path":"{{{Odd}}}","state":"Failed","problem":"{{{Odd}}}"}]}""",
            "/aws/1/metadata" => $$$"""{"Overall Result":"True","Details":{"Fleet Type":"{{{Odd}}}","Fleet Description":"{{{Odd}}}","Components":[{"Name":"{{{Odd}}}","Description":"","Requests":[{"Name":"{{{Odd}}}","RequestPath":"{{{Odd}}}"}]}]}}""",
            _ => $$$"""{"Overall Result":"False","Error":"{{{Odd}}}","Details":{"{{{Odd}}}":["{{{Odd}}}",{"{{{Odd}}}":"{{{Odd}}}"}]}}""",
        });
        foreach (var command in (string[][])[["backends"], ["metadata"], ["request", "aws/1/a/b/check"], ["request", "aws/1/a/b/check", "--json"]])
        {
            var result = await RunAsync([.. command, "--url", server.Address]);
            Assert.NotEqual(70, result.Code);
            AssertVisible((result.Output + result.Error).Replace("\n", "", StringComparison.Ordinal));
        }
    }

    private static void AssertLines(string log)
    {
        foreach (var line in log.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Matches(Line(), line);
            AssertVisible(line);
            Assert.DoesNotMatch("^2026-01-01 00:00:00,000 CRITICAL", line);
        }
    }

    private static void AssertVisible(string text)
    {
        var hidden = text.EnumerateRunes().Where(rune => System.Text.Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.True(!hidden.Any(), $"{hidden.FirstOrDefault().Value:x4} in {text.ReplaceLineEndings(" ")}");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ ")]
    private static partial Regex Line();

    private static void Log(ILogger logger, LogLevel level, string message, Exception? exception) =>
        logger.Log(level, default, message, exception, static (text, _) => text);
}
