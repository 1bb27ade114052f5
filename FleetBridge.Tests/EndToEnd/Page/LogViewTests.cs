using System.Globalization;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>The log on the page: live, still where somebody reads, complete.</summary>
[Collection(PageSite.Collection)]
public sealed partial class LogViewTests(PageSite site)
{
    [Fact]
    public async Task Following_stops_when_one_scrolls_and_counts_what_came()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("scroll", 300);
        await Expect(page.Log).ToContainTextAsync("scroll 300");
        await page.Log.HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -2_000);
        await Expect(page.Button("Resume follow")).ToBeVisibleAsync();

        // older records may still come in above: what is in sight stays, whatever its distance from the top
        await page.WaitUntilDrawnAsync();
        var lines = await page.Log.InnerTextAsync();

        await site.SayAsync("later", 7);
        await Expect(page.Button("follow")).ToContainTextAsync(SevenOrMore());
        Assert.Equal(lines, await page.Log.InnerTextAsync());
        Assert.DoesNotContain("later 7", lines, StringComparison.Ordinal);

        await page.Page.Keyboard.PressAsync("End");
        await Expect(page.Log).ToContainTextAsync("later 7");
        await Expect(page.Button("Stop following")).ToBeVisibleAsync();
        await site.SayAsync("followed");
        await Expect(page.Log).ToContainTextAsync("followed 1");
    }

    [Fact]
    public async Task Text_that_somebody_selects_stays()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("chosen", 200);
        await Expect(page.Log).ToContainTextAsync("chosen 200");
        await page.Page.GetByText("chosen 195", new() { Exact = true }).DblClickAsync();
        await Expect(page.Button("Resume follow")).ToBeVisibleAsync();
        await site.SayAsync("pushing", 200);
        await Expect(page.Button("follow")).ToContainTextAsync(TwoHundredOrMore());
        Assert.Equal("chosen", (await page.Page.EvaluateAsync<string>("() => getSelection().toString()")).Trim());
    }

    [Fact]
    public async Task Search_counts_hits_and_filters_narrow_the_log()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("needle", 12);
        await site.SayAsync("needle in a warning", operation: "warn");
        await Expect(page.Log).ToContainTextAsync("needle in a warning");
        var search = page.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" });
        await search.FillAsync(@"needle 1[0-2]$");
        await page.Page.GetByLabel("Regex").CheckAsync();
        await Expect(page.Page.GetByText("3 hits")).ToBeVisibleAsync();
        await search.PressAsync("Enter");
        await Expect(page.Page.GetByText(HitOfThree())).ToBeVisibleAsync();

        await page.Page.GetByLabel("Only hits").CheckAsync();
        await Expect(page.Page.Locator(".line:visible")).ToHaveCountAsync(3);
        await search.FillAsync("needle");
        await page.Page.GetByLabel("Level").SelectOptionAsync("WARNING");
        await Expect(page.Page.Locator(".line:visible")).ToHaveCountAsync(1);
        await Expect(page.Page.GetByText("fleetbridge logs --url")).ToContainTextAsync("--level warning --grep needle");

        await search.FillAsync("([");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The pattern cannot be used");
    }

    [Fact]
    public async Task Markup_in_a_line_is_text()
    {
        const string hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\u001b[31mred";
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync(hostile);
        await Expect(page.Log).ToContainTextAsync("<script>document.title='owned'</script>");
        Assert.Equal(0, await page.Log.Locator("img, script").CountAsync());
        Assert.DoesNotContain('\u001b', await page.Log.InnerTextAsync());
        await Expect(page.Page).ToHaveTitleAsync("Log · FleetBridge");
    }

    [Fact]
    public async Task Download_is_the_whole_text()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("kept", 500);
        await Expect(page.Log).ToContainTextAsync("kept 500");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Button("Download raw").ClickAsync());
        var text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal("fleetbridge.log", download.SuggestedFilename);
        Assert.Equal(500, Kept().Count(text));
    }

    [Fact]
    public async Task After_a_restart_nothing_is_missing_or_doubled()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("life", 30);
        await Expect(page.Log).ToContainTextAsync("life 30");
        page.IsProgramGone = true;
        await site.RestartAsync();
        await site.SayAsync("life", 30, first: 31);
        await Expect(page.Log).ToContainTextAsync("life 60", new() { Timeout = 30_000 });
        page.IsProgramGone = false;

        var text = "";
        List<int> numbers = [];
        // the lines of the time without a connection come in the background
        await Eventually.TrueAsync(
            async () =>
            {
                var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Button("Download raw").ClickAsync());
                text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
                numbers = [.. Life().Matches(text).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
                return numbers.Count >= 60;
            },
            "all lines are kept");
        Assert.Equal(Enumerable.Range(1, 60), numbers);
        Assert.Contains("--- The bridge was restarted ---", text, StringComparison.Ordinal);
        await Expect(page.Page.GetByText("Connected")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Long_lines_break_by_key_and_stay_broken_after_a_reload()
    {
        await using var page = await site.OpenAsync(new() { ViewportSize = new() { Width = 900, Height = 600 } });
        await page.GoToAsync("Log");
        var words = string.Concat(Enumerable.Range(0, 60).Select(number => $"wrapped{number} "));
        await site.SayAsync(words);
        await site.SayAsync("after the long one", 3);
        await Expect(page.Log).ToContainTextAsync("after the long one 3");
        var line = page.Page.Locator(".line:visible", new() { HasText = "wrapped59" }).Last;
        var one = (await line.BoundingBoxAsync())!.Height;
        await page.Log.FocusAsync();
        await page.Page.Keyboard.PressAsync("w");
        await Expect(page.Page.GetByLabel("Wrap")).ToBeCheckedAsync();
        await Eventually.TrueAsync(async () => (await line.BoundingBoxAsync())!.Height >= 5 * one, "the line is broken");
        Assert.True(await line.EvaluateAsync<bool>(
            "(line) => line.querySelector('.line-text').scrollHeight <= line.clientHeight && line.querySelector('.line-text').scrollWidth <= line.clientWidth"));
        Assert.True(await page.Page.EvaluateAsync<bool>(Apart), "rows lie over each other");

        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("Wrap")).ToBeCheckedAsync();
        await Eventually.TrueAsync(async () => (await line.BoundingBoxAsync())?.Height >= 5 * one, "the line is broken after a reload");
        await page.Page.GetByLabel("Wrap").FocusAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Eventually.TrueAsync(async () => (await line.BoundingBoxAsync())!.Height == one, "the line is on one line again");
    }

    [Fact]
    public async Task Link_to_a_line_opens_the_log_at_it_also_far_back()
    {
        await using var page = await site.OpenAsync();
        await page.GoToAsync("Log");
        await site.SayAsync("the linked line");
        await Expect(page.Log).ToContainTextAsync("the linked line 1");
        await page.Page.GetByText("the linked line 1", new() { Exact = true }).ClickAsync();
        var details = page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the line" });
        var link = await details.GetByRole(AriaRole.Link, new() { Name = "Link to this line" }).GetAttributeAsync("href");
        Assert.EndsWith(link!, page.Page.Url, StringComparison.Ordinal);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Page.Keyboard.PressAsync("l");
        await Eventually.TrueAsync(
            async () => await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()") == $"{site.Address}/{link}", "the link is copied");

        await site.SayAsync("in between", 15_000);
        await using var other = await site.OpenAsync(path: $"/{link}");
        await Expect(other.Page.Locator(".line.selected")).ToContainTextAsync("the linked line 1");
        await Expect(other.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the line" })).ToContainTextAsync("the linked line 1");
        await Expect(other.Button("Resume follow")).ToBeVisibleAsync();

        await other.Page.GotoAsync($"{site.Address}/#/log/anotherlife/12");
        await Expect(other.Page.GetByText("an earlier run of the bridge")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Times_turn_from_local_to_utc_by_key_and_are_remembered()
    {
        await using var page = await site.OpenAsync(new() { TimezoneId = "Asia/Kolkata" });
        await page.GoToAsync("Log");
        await site.SayAsync("timed");
        await Expect(page.Log).ToContainTextAsync("timed 1");
        var shown = page.Page.Locator(".line:visible", new() { HasText = "timed 1" }).Last.Locator(".line-time");
        var local = TimeOnly.Parse((await shown.InnerTextAsync()).Replace(',', '.'), CultureInfo.InvariantCulture);
        await page.Log.FocusAsync();
        await page.Page.Keyboard.PressAsync("t");
        await Expect(page.Page.GetByLabel("UTC")).ToBeCheckedAsync();
        await page.WaitUntilDrawnAsync();
        var utc = TimeOnly.Parse((await shown.InnerTextAsync()).Replace(',', '.'), CultureInfo.InvariantCulture);
        Assert.Equal(TimeSpan.FromHours(5.5), local - utc);
        Assert.InRange((TimeOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime) - utc).TotalMinutes % (24 * 60), 0, 5);

        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("UTC")).ToBeCheckedAsync();
    }

    private const string Apart = """
        () => {
            const boxes = [...document.querySelectorAll('.line:not([hidden])')].map((line) => line.getBoundingClientRect()).sort((one, other) => one.top - other.top);
            return boxes.every((box, index) => index === 0 || box.top >= boxes[index - 1].bottom - 0.5);
        }
        """;

    // what the bridge itself says of a request is a line too
    [GeneratedRegex(@"· [789] new$")]
    private static partial Regex SevenOrMore();

    [GeneratedRegex(@"· 20\d new$")]
    private static partial Regex TwoHundredOrMore();

    [GeneratedRegex(@"^\d of 3$")]
    private static partial Regex HitOfThree();

    [GeneratedRegex(@"kept \d+$", RegexOptions.Multiline)]
    private static partial Regex Kept();

    [GeneratedRegex(@"life (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Life();
}
