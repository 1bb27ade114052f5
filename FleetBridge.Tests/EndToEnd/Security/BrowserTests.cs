using System.Text.Json.Nodes;
using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Security;

/// <summary>
/// A real browser on pages that try all they can: one of another site, one whose name is pointed at this machine after it was
/// loaded (DNS rebinding), and, so that the first two can fail, one of this machine, which may do what it wants.
/// </summary>
public sealed class BrowserTests(ITestOutputHelper output)
{
    private const string Stranger = "evil.test";
    private const string Rebound = "rebound.test";

    /// <summary>A browser starts slowly on a loaded machine, and tries much.</summary>
    private const int Patience = 4;

    /// <summary>What a page of this machine gets done, and therefore what the others must not.</summary>
    private static readonly string[] Running =
        ["fetch", "fetch-cookies", "fetch-blind", "xhr", "form-plain", "form-encoded", "form-multipart", "beacon"];

    [Fact]
    public async Task Page_of_another_site_gets_nothing_done_and_reads_nothing()
    {
        Requires.Chromium();
        await using var site = await HostileSite.StartAsync();

        // the page of this machine is named, so that its socket opens: that the others' do not is then the bridge's doing
        await using var bridge = await TestBridge.StartAsync(output, logOrigins: new LogOrigins([$"http://localhost:{site.Port}"]));
        await using var turncoat = new TurncoatPort(site.Port);
        site.Turn = () => turncoat.TurnTo(bridge.HttpPort);
        await File.WriteAllTextAsync(bridge.Folder["gate"], "");
        site.Add(Plan("stranger", $"http://localhost:{bridge.HttpPort}", "localhost", next: $"http://{Rebound}:{turncoat.Port}/rebound"));
        var rebound = Plan("rebound", "", Rebound, next: $"http://localhost:{site.Port}/local");
        rebound["turn"] = $"http://{Stranger}:{site.Port}/turn";
        site.Add(rebound);
        site.Add(Plan("local", $"http://localhost:{bridge.HttpPort}", "localhost", next: "about:blank"));

        await using (var browser = Chromium.Open($"http://{Stranger}:{site.Port}/stranger", Stranger, Rebound))
        {
            for (var i = 0; i < Patience && site.ReportOf("local") is null && !browser.HasExited; i++)
            {
                await Record.ExceptionAsync(() => Eventually.TrueAsync(
                    () => site.ReportOf("local") is not null || browser.HasExited, "the last page has reported"));
            }

            AssertStranger(Report("stranger"));
            AssertRebound(Report("rebound"));
            var local = Report("local");
            Assert.Equal("opened", (string?)local["socket"]);
            foreach (var name in Running)
            {
                await Eventually.TrueAsync(() => HasRun("local", name), $"the page of this machine runs {name}");
            }
        }

        Assert.Empty(Directory.EnumerateFiles(bridge.Folder.Path, "stranger-*").Concat(
            Directory.EnumerateFiles(bridge.Folder.Path, "rebound-*")));
        var log = bridge.ReadLogFile();
        Assert.Contains($"The Origin 'http://{Stranger}:{site.Port}' is not this machine", log, StringComparison.Ordinal);
        Assert.Contains($"The Host '{Rebound}:{turncoat.Port}' is not this machine", log, StringComparison.Ordinal);

        // further Origins are of the same kind, which is logged once a minute
        Assert.DoesNotContain("The Origin 'null'", log, StringComparison.Ordinal);
        Assert.Contains("A cross-site request of a web page", log, StringComparison.Ordinal);

        JsonObject Plan(string name, string address, string host, string next) => new()
        {
            ["name"] = name,
            ["base"] = address,
            ["log"] = $"ws://{host}:{bridge.WebSocketPort}",
            ["create"] = $"/probe/1/deployment/thing/create?prefix=NAME&gate={bridge.Folder["gate"]}&mark={bridge.Folder["NAME"]}",
            ["report"] = $"http://{Stranger}:{site.Port}/report/{name}",
            ["next"] = next,
        };

        JsonObject Report(string name)
        {
            var report = site.ReportOf(name);
            output.WriteLine($"{name}: {report}");
            return report ?? throw new InvalidOperationException($"the page '{name}' has not reported");
        }

        bool HasRun(string page, string name) => File.Exists(bridge.Folder[$"{page}-{name}"]);
    }

    private static void AssertStranger(JsonObject report)
    {
        Assert.True(report.Count > 20, "it has tried all");
        foreach (var (name, outcome) in report)
        {
            Assert.DoesNotContain("read:", (string?)outcome, StringComparison.Ordinal);
            Assert.True((string?)outcome != "opened", $"{name} has opened");
        }

        Assert.Equal("error", (string?)report["socket"]);
        Assert.Equal("error", (string?)report["socket-on-requests"]);
        Assert.Equal("error", (string?)report["script-health"]);
        Assert.Equal("refused: TypeError", (string?)report["fetch-health"]);
    }

    /// <summary>It may read the refusal: to the browser that is the site's own.</summary>
    private static void AssertRebound(JsonObject report)
    {
        foreach (var name in new[] { "fetch", "fetch-cookies", "fetch-header", "fetch-metadata", "fetch-health", "xhr" })
        {
            Assert.StartsWith("read: 403 ", (string?)report[name], StringComparison.Ordinal);
            Assert.DoesNotContain("Fleet Type", (string?)report[name], StringComparison.Ordinal);
            Assert.DoesNotContain("http_port", (string?)report[name], StringComparison.Ordinal);
        }

        Assert.Equal("error", (string?)report["socket"]);
        Assert.Equal("error", (string?)report["socket-on-requests"]);
    }
}
