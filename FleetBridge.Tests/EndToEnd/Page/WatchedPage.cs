using Microsoft.Playwright;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>The page in a browser. Whatever its console, its policy or its network complains about fails the test.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly List<string> _complaints = [];
    private readonly string _address;

    public WatchedPage(IPage page, string address)
    {
        (Page, _address) = (page, address);
        page.Console += (_, message) => Complain(message.Type is "error" or "warning" ? $"console: {message.Text}" : null);
        page.PageError += (_, error) => Complain($"error: {error}");
        page.RequestFailed += (_, request) => Complain(
            IsEndOfStream(request) ? null : $"request: {request.Url}: {request.Failure}");
        page.Request += (_, request) => Complain(IsOwn(request.Url) ? null : $"it asked for {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Whether the program is expected to be gone for a while, of which the browser tells.</summary>
    public bool IsProgramGone { get; set; }

    public ILocator Log => Page.GetByRole(AriaRole.Log);

    public ILocator Button(string name, bool exact = false) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    /// <summary>Goes to a view by its link.</summary>
    public async Task GoToAsync(string view)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = view, Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Waits until the log no longer scrolls, and what has changed is drawn, which is in the browser's next frame.</summary>
    public Task WaitUntilDrawnAsync() => Log.EvaluateAsync("""
        async (log) => {
            for (let still = 0, top = NaN; still < 5;) {
                await new Promise((drawn) => requestAnimationFrame(drawn));
                still = log.scrollTop === top ? still + 1 : 0;
                top = log.scrollTop;
            }
        }
        """);

    /// <summary>Chooses the test's backend, and a deployment of the test's own.</summary>
    public async Task ChooseStageAsync(string prefix)
    {
        await GoToAsync("Settings");
        await Button(StageBackend.Name).ClickAsync();
        var field = Page.GetByRole(AriaRole.Textbox, new() { Name = "prefix", Exact = true });
        await Assertions.Expect(field).ToHaveAttributeAsync("placeholder", "stage");
        await field.FillAsync(prefix);
        await field.PressAsync("Enter");
        await GoToAsync("Deployments");
        await Assertions.Expect(Page.GetByText($"prefix {prefix}", new() { Exact = true })).ToBeVisibleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Assert.Empty(_complaints);
    }

    /// <summary>A picture that is not wanted any more.</summary>
    private bool IsEndOfStream(IRequest request) =>
        request.Failure == "net::ERR_ABORTED" && request.Url.StartsWith($"{_address}/stream/", StringComparison.Ordinal);

    private bool IsOwn(string url) => url.StartsWith($"{_address}/", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)
        || url.StartsWith($"blob:{_address}/", StringComparison.Ordinal);

    private void Complain(string? complaint)
    {
        if (complaint is not null && !IsProgramGone)
        {
            lock (_complaints)
            {
                _complaints.Add(complaint);
            }
        }
    }
}
