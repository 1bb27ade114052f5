using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;
using FleetBridge.Gateway.Page;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The gateway's page in a real browser: how soon the log shows its first line with 200,000 records behind it, and what 10,000 records a
/// second do to its frames and its heap. Without Chromium they say so and measure nothing.
/// </summary>
internal static class PageFigures
{
    private const int Records = 200_000;
    private const double MostOpening = 300;
    private const int Rate = 10_000;
    private const int Bursts = 25;
    private const double MostFrame = 50;
    private const double MostHeap = 100;
    private const string Text = "The fleet test1-fleet is DOWNLOADING: the build is being fetched by its first instance.";

    /// <summary>Notes when the first line of the log can be seen: in the frame after the one that has drawn it.</summary>
    private const string NoteFirstLine = """
        window.firstLine = new Promise((resolve) => {
            const look = () => document.querySelector('.line:not([hidden]) .line-text')?.textContent
                ? requestAnimationFrame(() => resolve(performance.now()))
                : requestAnimationFrame(look);
            look();
        });
        """;

    private const string NoteFrames = """
        window.longestFrame = 0;
        (() => {
            let last = performance.now();
            const note = (now) => {
                window.longestFrame = Math.max(window.longestFrame, now - last);
                last = now;
                requestAnimationFrame(note);
            };
            requestAnimationFrame((now) => { last = now; requestAnimationFrame(note); });
        })();
        """;

    private static readonly TimeSpan BurstPause = TimeSpan.FromSeconds(1.0 / Bursts);

    public static async Task MeasureOpeningAsync(Bench bench, FigureTable table)
    {
        const string Name = "page: from opening its link to the first log line, 200,000 records behind it";
        if (IsMissing(table, Name))
        {
            return;
        }

        await using var served = await StartAsync(bench);
        Log(served.Bridge, Records);
        await using var browser = await Browser.StartAsync(bench.Place.NewFolder("browser"), bench.Cancellation);
        var (times, floor) = (new Sample(), new Sample());
        var first = await OpenAsync(served, browser, bench.Cancellation);
        for (var round = 0; round < bench.Options.Count(11, 5); round++)
        {
            times.Add(await OpenAsync(served, browser, bench.Cancellation));
            floor.Add(await OpenNothingAsync(served, browser, bench.Cancellation));
        }

        table.AddAtMost(Name, times, floor, "0", "ms", MostOpening);
        table.Add("the same, the first of the bridge's life", string.Create(CultureInfo.InvariantCulture, $"{first:0} ms"));
    }

    public static async Task MeasureStreamAsync(Bench bench, FigureTable table)
    {
        var seconds = bench.Options.Count(60, 10);
        var name = $"page: longest frame while {Rate.ToString("N0", CultureInfo.InvariantCulture)} records a second come for {seconds} s";
        if (IsMissing(table, name))
        {
            return;
        }

        await using var served = await StartAsync(bench);
        await using var browser = await Browser.StartAsync(bench.Place.NewFolder("browser"), bench.Cancellation);

        // the floor is a page that does nothing, while the bridge does the same
        var empty = await browser.OpenAsync(bench.Cancellation);
        var (floor, _) = await WatchAsync(bench, served, empty, seconds);
        await empty.CloseAsync(bench.Cancellation);

        var page = await browser.OpenAsync(bench.Cancellation);
        await page.RunFirstAsync(NoteFirstLine, bench.Cancellation);
        await page.GoToAsync(served.NewLink(), bench.Cancellation);
        await page.EvaluateAsync("window.firstLine", bench.Cancellation);
        var (own, rate) = await WatchAsync(bench, served, page, seconds);
        var heap = await page.MeasureHeapAsync(bench.Cancellation);

        table.Add(
            name, Format(own, "0", "ms"), Format(floor, "0", "ms"), Format(own - floor, "+0;-0", "ms"), $"≤ {MostFrame} ms", own <= MostFrame);
        table.Add("the page's heap after it", Format(heap, "0.0", "MiB"), "", "", $"≤ {MostHeap} MiB", heap <= MostHeap);
        table.Add("records a second that the bridge was given meanwhile", Format(rate, "N0", "a second"));
    }

    /// <summary>Where there is no Chromium, this says so and adds no figure.</summary>
    private static bool IsMissing(FigureTable table, string name)
    {
        if (Browser.Program is not null)
        {
            return false;
        }

        table.Add(name, "not measured: there is no chromium on the PATH");
        return true;
    }

    private static async Task<ServedPage> StartAsync(Bench bench)
    {
        var backends = bench.Place.NewFolder("backends");
        Published.Install(bench.Published.Probes[0].Folder, Path.Combine(backends, "probe", "1"));
        var (gateway, _) = Served.FreePorts();
        var state = bench.Place.NewFolder("state");
        var bridge = Served.Start(
            bench.Published.Bridge,
            (http, webSocket) =>
            [
                "serve", "--http-port", $"{http}", "--websocket-port", $"{webSocket}", "--gateway-port", $"{gateway}", "--backends", backends,
            ],
            state);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        Log(bridge, 100);
        return new ServedPage(bridge, gateway, state);
    }

    private static void Log(Served bridge, int count)
    {
        var target = $"/probe/1/deployment/thing/log?count={count}&text={Uri.EscapeDataString(Text)}";
        if (HttpExchange.Post(bridge.HttpPort, target) is { Text: var answer } && !answer.Contains("\"True\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"The log request failed: {answer}");
        }
    }

    private static async Task<double> OpenAsync(ServedPage served, Browser browser, CancellationToken cancellation)
    {
        var page = await browser.OpenAsync(cancellation);
        await page.RunFirstAsync(NoteFirstLine, cancellation);
        await page.GoToAsync(served.NewLink(), cancellation);
        var time = (double)(await page.EvaluateAsync("window.firstLine", cancellation))!;
        await page.CloseAsync(cancellation);
        return time;
    }

    /// <summary>The floor: the login page, which asks for two files and runs one script.</summary>
    private static async Task<double> OpenNothingAsync(ServedPage served, Browser browser, CancellationToken cancellation)
    {
        var page = await browser.OpenAsync(cancellation);
        await page.GoToAsync($"{served.Address}/login", cancellation);
        var time = (double)(await page.EvaluateAsync(
            "new Promise((resolve) => { const look = () => document.readyState === 'complete' ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look); look(); })",
            cancellation))!;
        await page.CloseAsync(cancellation);
        return time;
    }

    /// <summary>Has records come and watches a page's frames.</summary>
    /// <returns>The longest frame in ms, and how many records came a second.</returns>
    private static async Task<(double Longest, double Rate)> WatchAsync(Bench bench, ServedPage served, BrowserPage page, int seconds)
    {
        await page.EvaluateAsync(NoteFrames, bench.Cancellation);
        var started = Stopwatch.GetTimestamp();
        for (var burst = 0; burst < seconds * Bursts; burst++)
        {
            Log(served.Bridge, Rate / Bursts);
            if ((BurstPause * (burst + 1)) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, TimeProvider.System, bench.Cancellation);
            }
        }

        var rate = seconds * Rate / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return ((double)(await page.EvaluateAsync("window.longestFrame", bench.Cancellation))!, rate);
    }

    private static string Format(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";

    private sealed record ServedPage(Served Bridge, int Port, string State) : IAsyncDisposable
    {
        public string Address => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}");

        /// <summary>A link that is valid once and leads to the log; a browser keeps the fragment through the redirection.</summary>
        public string NewLink() => $"{Address}/login?t={new PageSessions(State, Port, isSecure: false, TimeProvider.System).NewLink()}#/log";

        public ValueTask DisposeAsync() => Bridge.DisposeAsync();
    }
}
