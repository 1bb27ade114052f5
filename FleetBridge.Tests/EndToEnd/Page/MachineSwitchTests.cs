using System.Text.Json.Nodes;
using FleetBridge.Gateway.Topics;
using FleetBridge.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>The page's switch between the machines of a mesh.</summary>
[Collection(PageSite.Collection)]
public sealed class MachineSwitchTests(PageSite site)
{
    [Fact]
    public async Task Other_machine_is_asked_heard_and_named_in_commands()
    {
        var (here, bridge, host) = (new FakeMachine("bridge", "desk"), new FakeMachine("fleetbridge.build-7", "seven"), new FakeMachine("fleet.build-7", "seven"));
        await using var mesh = await FakeMesh.StartAsync(here, bridge, host);
        await using var page = await site.OpenAtAsync(mesh.Address, mesh.NewLink());
        await Expect(page.Page.GetByText("Stage of desk")).ToBeVisibleAsync();
        Assert.Empty(bridge.Calls);

        await page.Page.GetByLabel("Machine").SelectOptionAsync("build-7");
        await Expect(page.Page.GetByText("Stage of seven")).ToBeVisibleAsync();
        var asked = here.Calls.Count;
        await page.Button("Check Build").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Build" })).ToContainTextAsync("ready");
        await page.Button("Build details").ClickAsync();
        await Expect(page.Page.GetByText("fleetbridge mesh call fleetbridge.build-7 stage/1/deployment/build/check prefix=seven --mesh BROKER")).ToBeVisibleAsync();
        Assert.Contains(bridge.Calls, call => call == """stage/1/deployment/build/check {"prefix":"seven"}""");

        await page.GoToAsync("Fleet");
        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "lobby-of-seven" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "lobby-of-seven" }).ClickAsync();
        await page.Button("Configuration and recent ends").ClickAsync();
        await Expect(page.Page.GetByText("SIGSEGV. It crashed.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("exit code 3. It gave up.")).ToContainTextAsync("2026-11-04");
        await page.GoToAsync("Sessions");
        await Expect(page.Page.GetByText("arena of seven").First).ToBeVisibleAsync();
        await page.GoToAsync("Settings");
        await Expect(page.Page.GetByText("fleetbridge mesh call fleetbridge.build-7 stage/1/config prefix=seven --mesh BROKER")).ToBeVisibleAsync();

        await page.GoToAsync("Log");
        await Eventually.TrueAsync(() => mesh.Records.Subscribers == 1, "the page listens to the mesh");
        Publish(mesh.Records, "build-9", new JsonArray(Record("not to be seen")));
        Publish(mesh.Records, "build-7", new JsonArray(Record("first of seven"), Record("second of seven")));
        await Expect(page.Log).ToContainTextAsync("second of seven");
        Assert.DoesNotContain("not to be seen", await page.Log.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(asked, here.Calls.Count);
        await PageSite.KeepShotAsync(page.Page, "Machine");

        await page.Page.GetByLabel("Machine").SelectOptionAsync("");
        await page.GoToAsync("Deployments");
        await Expect(page.Page.GetByText("Stage of desk")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Machine_that_has_gone_is_said_to_be()
    {
        await using var mesh = await FakeMesh.StartAsync(new FakeMachine("bridge", "desk"), new FakeMachine("fleet.build-8", "eight"));
        await using var page = await site.OpenAtAsync(mesh.Address, mesh.NewLink());
        await Expect(page.Page.GetByLabel("Machine").Locator("option")).ToHaveTextAsync(["desk (this machine)", "build-8 (host only)"]);
        await page.Page.EvaluateAsync("() => localStorage.setItem('machine', '\"build-6\"')");
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("Machine").Locator("option:checked")).ToHaveTextAsync("build-6 (not there)");
    }

    [Fact]
    public async Task One_machine_has_no_switch()
    {
        await using var mesh = await FakeMesh.StartAsync(new FakeMachine("bridge", "desk"), new FakeMachine("fleetbridge.desk", "desk"), new FakeMachine("fleet.desk", "desk"));
        await using var page = await site.OpenAtAsync(mesh.Address, mesh.NewLink());
        await Expect(page.Page.GetByText("Stage of desk")).ToBeVisibleAsync();
        await Expect(page.Page.GetByLabel("Machine")).ToBeHiddenAsync();
    }

    private static JsonObject Record(string message) => new() { ["time"] = "2026-11-27 01:02:03,004", ["name"] = "stage", ["level"] = "INFO", ["message"] = message };

    private static void Publish(StoredTopic topic, string machine, JsonNode happened) => topic.Publish(new JsonObject { ["machine"] = machine, ["event"] = happened });
}
