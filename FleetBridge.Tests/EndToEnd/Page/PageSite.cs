using System.Globalization;
using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;
using Microsoft.Playwright;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>One serving program and one browser for all tests of the page.</summary>
public sealed class PageSite : IAsyncLifetime
{
    public const string Collection = "page";

    /// <summary>Names a folder in which the screenshots of the views are kept.</summary>
    private const string ShotsVariable = "FLEETBRIDGE_TEST_SCREENSHOTS";

    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly HttpClient _editor = new();
    private ServingProcess? _serving;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public int Port { get; private set; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}");

    /// <summary>The editor's port.</summary>
    public int HttpPort => _serving!.HttpPort;

    /// <summary>The link that the program has announced.</summary>
    internal string FirstLink => (string)_serving!.Announcement["page"]!;

    private string State => _folder["state"];

    private string Backends => _folder["backends"];

    public PageSite() => _editor.DefaultRequestHeaders.UserAgent.ParseAdd("FleetBridge/test");

    public async ValueTask InitializeAsync()
    {
        StageBackend.WriteTo(Backends);
        CopyEchoMap();
        _serving = await StartAsync(0);
        Port = (int)_serving.Announcement["gateway_port"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
        await (_serving?.DisposeAsync() ?? default);
        _editor.Dispose();
        _starting.Dispose();
        _folder.Dispose();
    }

    /// <summary>The token of another link, made by another process of the same user, as <c>fleetbridge open</c> makes it.</summary>
    internal string NewLink() => new PageSessions(State, Port, isSecure: false, TimeProvider.System).NewLink();

    /// <summary>A token of a role, made as <c>fleetbridge token new</c> makes it.</summary>
    internal string NewToken(string role)
    {
        new LocalTokens(State, TimeProvider.System).Make($"{role} of a test", RoleNames.Read(role)!.Value, null, out var text);
        return text;
    }

    /// <summary>Opens the page in a browser of its own, logged in.</summary>
    /// <param name="options">The browser's window and preferences.</param>
    /// <param name="path">What it opens.</param>
    internal async Task<WatchedPage> OpenAsync(BrowserNewContextOptions? options = null, string path = "/")
    {
        var page = await OpenAtAsync(Address, $"{Address}/login?t={NewLink()}{path.TrimStart('/')}", options);
        await page.Page.WaitForURLAsync($"{Address}{path}");
        return page;
    }

    /// <summary>Opens a link of any page in a browser of its own.</summary>
    internal async Task<WatchedPage> OpenAtAsync(string address, string link, BrowserNewContextOptions? options = null)
    {
        Requires.Chromium();
        var browser = await StartBrowserAsync();
        var context = await browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        var page = new WatchedPage(await context.NewPageAsync(), address);
        await page.Page.GotoAsync(link);
        return page;
    }

    /// <summary>Sends a request as the editor does.</summary>
    internal static async Task<string> SendAsEditorAsync(int port, string target)
    {
        using var editor = new HttpClient();
        editor.DefaultRequestHeaders.UserAgent.ParseAdd("UnrealEditor/++UE5");
        using var response = await editor.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}{target}")), content: null);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Has the backend log a text so often, numbered. This is not the editor: its settings are not remembered.</summary>
    internal async Task SayAsync(string text, int count = 1, int first = 1, string operation = "say")
    {
        var port = _serving!.HttpPort;
        using var response = await _editor.PostAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"http://localhost:{port}/{StageBackend.Name}/deployment/voice/{operation}?text={Uri.EscapeDataString(text)}&count={count}&first={first}"),
            content: null);
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>Ends the program and starts it again, on the same port.</summary>
    internal async Task RestartAsync()
    {
        await _serving!.DisposeAsync();
        _serving = await StartAsync(Port);
    }

    /// <summary>Keeps a screenshot, where somebody wants them.</summary>
    internal static async Task KeepShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable(ShotsVariable) is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    private void CopyEchoMap()
    {
        var target = Directory.CreateDirectory(Path.Combine(Backends, "echomap", "1")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.EchoMapRoot, "echomap", "1")))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    private async Task<IBrowser> StartBrowserAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium.Program,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            _starting.Release();
        }
    }

    private Task<ServingProcess> StartAsync(int port) => ServingProcess.StartOnFreePortsAsync(
        State, "--gateway-port", port.ToString(CultureInfo.InvariantCulture), "--backends", Backends);
}

/// <summary>The tests that share a <see cref="PageSite"/>.</summary>
[CollectionDefinition(PageSite.Collection)]
public sealed class PageTestCollection : ICollectionFixture<PageSite>;
