using System.Globalization;
using FleetBridge.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>The page of one machine and the bridge of another, as two programs with a real broker between them.</summary>
[Collection(PageSite.Collection)]
public sealed class BrokerPageTests(PageSite site) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bridge_of_another_machine_is_deployed_to_and_heard_through_a_broker_that_is_killed_meanwhile()
    {
        RabbitBroker.Require();
        Requires.Chromium();
        StageBackend.WriteTo(_folder["backends"]);
        await File.WriteAllTextAsync(_folder["studio.key"], new string('k', 40), TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["studio.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var broker = await RabbitBroker.StartAsync();
        await using var desk = await StartAsync(broker, "desk");
        await using var build = await StartAsync(broker, "build-7");
        var address = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{(int)desk.Announcement["gateway_port"]!}");
        await using var page = await site.OpenAtAsync(address, (string)desk.Announcement["page"]!);

        await page.Page.GetByLabel("Machine").SelectOptionAsync("build-7");
        await page.ChooseStageAsync("shared");
        await page.Button("Create Build").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Build" })).ToContainTextAsync("created");
        Assert.Contains("\"True\"", await CheckAsync(build), StringComparison.Ordinal);
        Assert.Contains("\"False\"", await CheckAsync(desk), StringComparison.Ordinal);

        await page.GoToAsync("Log");
        await Eventually.TrueAsync(
            async () =>
            {
                await PageSite.SendAsEditorAsync(build.HttpPort, $"/{StageBackend.Name}/deployment/voice/say?text=before");
                return (await page.Log.InnerTextAsync()).Contains("before 1", StringComparison.Ordinal);
            },
            "the page hears the other machine");

        await broker.KillAsync();
        await broker.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await PageSite.SendAsEditorAsync(build.HttpPort, $"/{StageBackend.Name}/deployment/voice/say?text=after");
                return (await page.Log.InnerTextAsync()).Contains("after 1", StringComparison.Ordinal);
            },
            "the page hears it again");
        await page.GoToAsync("Deployments");
        await page.Button("Check Build").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Build" })).ToContainTextAsync("ready");
        await PageSite.KeepShotAsync(page.Page, "Broker");
    }

    private Task<ServingProcess> StartAsync(RabbitBroker broker, string machine) => ServingProcess.StartAsync(
        _folder[machine],
        [
            "--http-port", "0", "--websocket-port", "0", "--gateway-port", "0", "--backends", _folder["backends"],
            "--mesh", $"amqp://test@127.0.0.1:{broker.Port}/mesh", "--mesh-key", _folder["studio.key"], "--mesh-name", machine,
        ],
        new Dictionary<string, string> { ["FLEETBRIDGE_MESH_PASSWORD"] = "test" });

    private static Task<string> CheckAsync(ServingProcess bridge) =>
        PageSite.SendAsEditorAsync(bridge.HttpPort, $"/{StageBackend.Name}/deployment/build/check?prefix=shared");
}
