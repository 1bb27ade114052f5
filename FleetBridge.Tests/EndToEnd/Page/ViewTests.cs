using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>Each view of the page, as everybody can use it: in both themes, in narrow windows, by name.</summary>
[Collection(PageSite.Collection)]
public sealed class ViewTests(PageSite site)
{
    private static readonly string[] Views = ["Deployments", "Log", "Fleet", "Sessions", "Doctor", "Settings"];

    /// <summary>A picture of 16 × 8 points.</summary>
    private const string Jpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI//////////////////////////////////////////"
        + "//////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAI"
        + "ABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwT/xA"
        + "AUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCQFAH/2Q==";

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
    public async Task Picture_that_a_backend_publishes_is_shown_while_it_is_wanted()
    {
        await using var page = await site.OpenAsync();
        await site.SayAsync(Jpeg, operation: "paint");
        await page.Button("Show map").ClickAsync();
        var picture = page.Page.GetByRole(AriaRole.Img, new() { Name = "Live picture map" });
        await Expect(picture).ToBeVisibleAsync();
        await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 16);
        await page.Button("Hide map").ClickAsync();
        await Expect(picture).ToHaveCountAsync(0);
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
    public async Task Settings_of_the_editors_last_request_are_carried_without_secrets()
    {
        await using var own = new PageSite();
        await own.InitializeAsync();
        await PageSite.SendAsEditorAsync(own.HttpPort, $"/{StageBackend.Name}/deployment/build/check?prefix=old&count=7");
        await PageSite.SendAsEditorAsync(
            own.HttpPort, $"/{StageBackend.Name}/deployment/build/check?prefix=of-editor&count=&text=AKIAIOSFODNN7EXAMPLE&session_token=hidden-from-all");

        await using var page = await own.OpenAsync();
        await page.GoToAsync("Settings");
        await page.Button(StageBackend.Name).ClickAsync();
        var prefix = page.Page.GetByRole(AriaRole.Textbox, new() { Name = "prefix", Exact = true });
        await Expect(prefix).ToHaveValueAsync("of-editor");
        await Expect(page.Page.Locator("tr[data-name=prefix]")).ToContainTextAsync("editor’s last request");
        await Expect(page.Page.GetByRole(AriaRole.Textbox, new() { Name = "text", Exact = true })).ToHaveValueAsync("");
        await Expect(page.Page.GetByRole(AriaRole.Textbox, new() { Name = "count", Exact = true })).ToHaveValueAsync("");
        await Expect(page.Page.GetByText($"fleetbridge config --backend {StageBackend.Name} --prefix of-editor")).ToBeVisibleAsync();
        Assert.DoesNotContain("hidden-from-all", await page.Page.ContentAsync(), StringComparison.Ordinal);

        // the page follows the editor, and what was changed here stays
        await PageSite.SendAsEditorAsync(own.HttpPort, $"/{StageBackend.Name}/deployment/build/check?prefix=newer");
        await Expect(prefix).ToHaveValueAsync("newer");
        await prefix.FillAsync("mine");
        await prefix.PressAsync("Enter");
        await PageSite.SendAsEditorAsync(own.HttpPort, $"/{StageBackend.Name}/deployment/build/check?prefix=newest");
        await page.GoToAsync("Deployments");
        await Expect(page.Page.GetByText("prefix mine", new() { Exact = true })).ToBeVisibleAsync();
        await page.Button("Check Build").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Build" })).ToContainTextAsync("absent");
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
