using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>Each view of the page, as everybody can use it: in both themes, in narrow windows, by name.</summary>
[Collection(PageSite.Collection)]
public sealed class ViewTests(PageSite site)
{
    private static readonly string[] Views = ["Deployments", "Log", "Fleet", "Sessions", "Doctor", "Settings"];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_view_is_without_violations(ColorScheme theme)
    {
        await using var page = await site.OpenAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.ChooseStageAsync("views");
        await page.Button("Check all").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Machine" })).ToContainTextAsync("absent");
        await page.Button("Machine details").ClickAsync();
        foreach (var view in Views)
        {
            await page.GoToAsync(view);
            await Expect(page.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            var result = await page.Page.RunAxe();
            Assert.True(
                result.Violations.Length == 0,
                string.Join('\n', result.Violations.Select(one => $"{view}: {one.Id}: {one.Help}: {string.Join(", ", one.Nodes.Select(node => node.Html))}")));
            await PageSite.KeepShotAsync(page.Page, $"{view}-{theme}");
        }
    }

    [Fact]
    public async Task Every_view_fits_into_320_pixels()
    {
        await using var page = await site.OpenAsync(new() { ViewportSize = new() { Width = 320, Height = 640 } });
        foreach (var view in Views)
        {
            await page.GoToAsync(view);
            Assert.True(
                await page.Page.EvaluateAsync<bool>(
                    "() => document.documentElement.scrollWidth <= innerWidth && document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"),
                $"{view} scrolls sideways");
        }
    }

    [Fact]
    public async Task Fleet_and_sessions_without_a_host_say_how_to_start_one()
    {
        await using var page = await site.OpenAsync();
        foreach (var view in new[] { "Fleet", "Sessions" })
        {
            await page.GoToAsync(view);
            await Expect(page.Page.GetByText("fleetbridge host", new() { Exact = true })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Doctor_says_what_it_has_found()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Doctor");
        await Expect(page.Page.GetByText("can be written").First).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("fleetbridge doctor")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Settings_say_where_a_value_is_from()
    {
        await using var page = await site.OpenAsync();
        await page.ChooseStageAsync("mine");
        await page.GoToAsync("Settings");
        var row = page.Page.GetByRole(AriaRole.Row, new() { Name = "prefix" });
        await Expect(row).ToContainTextAsync("changed here");
        await Expect(row).ToContainTextAsync("stage");
        await Expect(page.Page.GetByText("fleetbridge config --backend stage/1 --prefix mine")).ToBeVisibleAsync();
    }
}
