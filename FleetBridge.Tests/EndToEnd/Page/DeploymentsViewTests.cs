using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>Deployments on the page: what is there, what is done about it, and what came of it.</summary>
[Collection(PageSite.Collection)]
public sealed partial class DeploymentsViewTests(PageSite site)
{
    [Fact]
    public async Task Parts_are_created_in_order_and_deleted_after_a_question()
    {
        await using var page = await site.OpenAsync();
        await page.ChooseStageAsync("whole");
        await page.Button("Create all").ClickAsync();
        await Expect(page.Page.GetByText("2 of 2: all is created.").First).ToBeVisibleAsync();
        await page.Button("Check Machine").ClickAsync();
        await Expect(Part(page, "Machine")).ToContainTextAsync("ready");

        await page.Button("Delete all").ClickAsync();
        var question = page.Page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync("prefix whole");
        await Expect(question).ToContainTextAsync("A machine costs nothing.");
        await Expect(question).ToContainTextAsync("fleetbridge delete all --backend stage/1 --prefix whole");
        await page.Button("Confirm deletion of all").ClickAsync();
        await Expect(page.Page.GetByText("Everything is deleted.").First).ToBeVisibleAsync();
        await Expect(Part(page, "Build")).ToContainTextAsync("absent");
    }

    [Fact]
    public async Task Question_that_is_not_confirmed_deletes_nothing()
    {
        await using var page = await site.OpenAsync();
        await page.ChooseStageAsync("kept");
        await page.Button("Create Build").ClickAsync();
        await Expect(Part(page, "Build")).ToContainTextAsync("created");
        await page.Button("Delete Build").ClickAsync();
        await Expect(page.Button("Cancel")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Button("Check Build").ClickAsync();
        await Expect(Part(page, "Build")).ToContainTextAsync("ready");
    }

    [Fact]
    public async Task Failure_opens_in_place_with_its_remedy_and_the_command()
    {
        await using var page = await site.OpenAsync();
        await page.ChooseStageAsync("broken");
        await page.Button("Create Build").ClickAsync();
        var part = Part(page, "Build");
        await Expect(part).ToContainTextAsync("The build broke.");
        await Expect(part.GetByRole(AriaRole.Link, new() { Name = "https://example.com/fix" })).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Expect(part).ToContainTextAsync("fleetbridge create build --backend stage/1 --prefix broken");
        await Expect(page.Page).ToHaveTitleAsync(Failed());
        await page.Button("Create all").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Cell, new() { Name = "skipped" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_somebody_else_does_is_shown()
    {
        await using var one = await site.OpenAsync();
        await one.ChooseStageAsync("shared");
        await using var other = await site.OpenAsync();
        await other.ChooseStageAsync("shared");
        await one.Button("Create Build").ClickAsync();
        await Expect(Part(other, "Build")).ToContainTextAsync("created");
    }

    [Fact]
    public async Task Whole_task_is_done_by_keyboard_alone()
    {
        await using var page = await site.OpenAsync();
        await page.ChooseStageAsync("keys");
        await page.Page.ReloadAsync();
        await TabToAsync(page, "Create Build");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Part(page, "Build")).ToContainTextAsync("created");
        await TabToAsync(page, "Delete Build");
        await page.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Confirm deletion of Build");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Part(page, "Build")).ToContainTextAsync("deleted");

        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("next and previous hit");
        await page.Page.Keyboard.PressAsync("Escape");
        await TabToAsync(page, "Log");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Log).ToContainTextAsync("Made the build");
        await page.Page.Keyboard.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("Made the");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByText(OneOf())).ToBeVisibleAsync();
    }

    private static ILocator Part(WatchedPage page, string name) => page.Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    /// <summary>Presses Tab until something of that name has the focus.</summary>
    private static async Task TabToAsync(WatchedPage page, string name)
    {
        var target = page.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })
            .Or(page.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }));
        await Expect(target).ToBeEnabledAsync();
        for (var press = 0; press < 100; press++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await page.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"'{name}' is not reached by Tab.");
    }

    [GeneratedRegex(@"^\(1\) Deployments")]
    private static partial Regex Failed();

    [GeneratedRegex(@"^\d+ of \d+$")]
    private static partial Regex OneOf();
}
