using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>This machine's Chromium without a window, steered by its DevTools protocol over one WebSocket.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly Task _errors;
    private int _lastId;

    private Browser(Process process, Task errors) => (_process, _errors) = (process, errors);

    /// <summary>Its file; null where there is none on the PATH.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts it.</summary>
    /// <param name="profile">An empty folder of its own.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<Browser> StartAsync(string profile, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            Program!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad", "--no-proxy-server",
                "--remote-debugging-port=0", "--enable-precise-memory-info", "--window-size=1440,900", $"--user-data-dir={profile}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in new[] { "HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME" })
        {
            start.Environment[name] = profile;
        }

        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var browser = new Browser(process, ReadErrorsAsync(process, address));
        await browser._socket.ConnectAsync(await address.Task.WaitAsync(StartLimit, TimeProvider.System, cancellation), cancellation);
        return browser;
    }

    /// <summary>Opens a window that shares neither cookies nor cache with another one.</summary>
    public async Task<BrowserPage> OpenAsync(CancellationToken cancellation)
    {
        var context = await SendAsync(null, "Target.createBrowserContext", [], cancellation);
        var id = (string)context["browserContextId"]!;
        var target = await SendAsync(null, "Target.createTarget", new() { ["url"] = "about:blank", ["browserContextId"] = id }, cancellation);
        var attached = await SendAsync(
            null, "Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, cancellation);
        var page = new BrowserPage(this, (string)attached["sessionId"]!, id);
        await page.SendAsync("Page.enable", [], cancellation);
        await page.SendAsync("Runtime.enable", [], cancellation);
        return page;
    }

    /// <summary>Sends a command and waits for its result. One at a time.</summary>
    public async Task<JsonObject> SendAsync(string? session, string method, JsonObject parameters, CancellationToken cancellation)
    {
        var message = new JsonObject { ["id"] = ++_lastId, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, cancellation);
        while (true)
        {
            var answer = await ReceiveAsync(cancellation);
            if ((int?)answer["id"] != _lastId)
            {
                continue;
            }

            return answer["error"] is { } error
                ? throw new BenchmarkException($"Chromium refuses {method}: {error.ToJsonString()}")
                : (JsonObject)answer["result"]!;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private static async Task ReadErrorsAsync(Process process, TaskCompletionSource<Uri> address)
    {
        const string Before = "DevTools listening on ";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Before, StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(line[Before.Length..].Trim()));
            }
        }

        address.TrySetException(new BenchmarkException("Chromium ended before it could be steered."));
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        ValueWebSocketReceiveResult read;
        do
        {
            read = await _socket.ReceiveAsync(part.AsMemory(), cancellation);
            whole.Write(part, 0, read.Count);
        }
        while (!read.EndOfMessage);

        return (JsonObject)JsonNode.Parse(whole.ToArray())!;
    }
}

/// <summary>A window of a <see cref="Browser"/>.</summary>
internal sealed class BrowserPage(Browser browser, string session, string context)
{
    private static readonly string[] HeapParts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];

    /// <summary>Runs before any script of the pages that are opened from now on.</summary>
    public Task RunFirstAsync(string script, CancellationToken cancellation) =>
        SendAsync("Page.addScriptToEvaluateOnNewDocument", new() { ["source"] = script }, cancellation);

    public Task GoToAsync(string address, CancellationToken cancellation) =>
        SendAsync("Page.navigate", new() { ["url"] = address }, cancellation);

    /// <summary>The value of an expression, waited for where it is a promise.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        var result = await SendAsync(
            "Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true }, cancellation);
        return result["exceptionDetails"] is { } thrown
            ? throw new BenchmarkException($"The page throws: {thrown.ToJsonString()}")
            : result["result"]?["value"];
    }

    /// <summary>The page's heap after a collection, in MiB: its scripts' objects, their buffers, and the browser's objects behind them.</summary>
    public async Task<double> MeasureHeapAsync(CancellationToken cancellation)
    {
        await SendAsync("HeapProfiler.collectGarbage", [], cancellation);
        var heap = await SendAsync("Runtime.getHeapUsage", [], cancellation);
        return HeapParts.Sum(name => (double?)heap[name] ?? 0) / (1024 * 1024);
    }

    public Task CloseAsync(CancellationToken cancellation) =>
        browser.SendAsync(null, "Target.disposeBrowserContext", new() { ["browserContextId"] = context }, cancellation);

    public Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken cancellation) =>
        browser.SendAsync(session, method, parameters, cancellation);
}
