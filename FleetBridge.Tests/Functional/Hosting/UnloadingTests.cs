using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>What a backend may do and still leave the memory, and what keeps it there.</summary>
public sealed class UnloadingTests(ITestOutputHelper output)
{
    /// <summary>What a <see cref="BackendBuild.Source"/> backend does in its check.</summary>
    private static readonly Dictionary<string, (string Check, string Answer)> Deeds = new()
    {
        ["plain code"] = ("string.Concat(Enumerable.Range(0, 3))", "012"),
        ["undisposed HttpClient"] = ("new HttpClient().GetAsync(Address.Text).Result.StatusCode.ToString()", "OK"),
        ["failing HttpClient"] = (
            "Try.It(() => new HttpClient().GetStringAsync(\"http://127.0.0.1:1/\").Result)", "AggregateException"),
        ["reflected JSON"] = (
            "Try.It(() => System.Text.Json.JsonSerializer.Serialize(new Note(\"x\")))", "InvalidOperationException"),
        ["async state"] = ("Try.Later().Result", "later"),
        ["timer that DisposeAsync ends"] = ("Try.StartTimer()", "started"),
        ["own AsyncLocal"] = ("Try.SetAmbient()", "set"),
        ["registration on the request's token"] = (
            "context.Cancellation.Register(() => Note.Last = null).GetType().Name", "CancellationTokenRegistration"),
    };

    public static TheoryData<string> Names => [.. Deeds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Backend_that_did_it_unloads(string deed)
    {
        using var root = new TemporaryFolder();
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var types = $$"""
            internal static class Address { public const string Text = "http://127.0.0.1:{{bridge.HttpPort}}/healthz"; }
            {{Types}}
            """;
        const string Members = """
            public SmallBackend() => Try.SetAmbient();
            public override ValueTask DisposeAsync() { Try.StopTimer(); Try.SetAmbient(); return default; }
            """;
        var source = BackendBuild.Source(Deeds[deed].Check, Members, types: types);
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", source));
        Assert.Equal(Deeds[deed].Answer, await bridge.BuildAsync("small/1"));
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source()));
        Assert.Equal("good", await bridge.BuildAsync("small/1"));
        await bridge.OldGenerationsGoneAsync();
        Assert.DoesNotContain("still in memory", bridge.ReadLogFile(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw", "A bug in the backend probe/1 (generation 1): Probe.MischiefException: thrown on purpose")]
    [InlineData("fail", "It is broken.")]
    [InlineData("null", "returned null")]
    [InlineData("logthrown", null)]
    [InlineData("ambient", null)]
    public async Task Probe_that_misbehaved_unloads(string operation, string? error)
    {
        using var root = new TemporaryFolder();
        var folder = BackendBuild.WriteProbe(root.Path, "build-1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        var (status, json) = await bridge.PostAsync($"/probe/1/deployment/mischief/{operation}");
        Assert.Equal(200, status);
        Assert.Equal(error is null ? "True" : "False", (string?)json["Overall Result"]);
        Assert.Contains(error ?? "", (string?)json["Error"] ?? "", StringComparison.Ordinal);
        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        Assert.Equal("build-2", await bridge.BuildAsync());
        await bridge.OldGenerationsGoneAsync();
    }

    [Fact]
    public async Task Bug_of_the_backends_own_type_is_traced_in_the_log_file_only()
    {
        using var root = new TemporaryFolder();
        BackendBuild.WriteProbe(root.Path, "build-1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/mischief/throw");
        var record = await socket.ReadRecordAsync();
        Assert.Equal("ERROR", (string?)record["level"]);
        Assert.Contains("MischiefException: thrown on purpose", (string?)record["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", (string?)record["message"], StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("   at Probe.Mischief", StringComparison.Ordinal), "the file has the trace");
    }

    [Theory]
    [InlineData("timer", "Left.Timer = new Timer(_ => Left.Ticks++, null, 0, 10)")]
    [InlineData("thread", "Left.Start()")]
    [InlineData("handler", "Left.Subscribe()")]
    public async Task Backend_that_left_something_running_is_warned_about_and_blocks_nothing(string what, string deed)
    {
        using var root = new TemporaryFolder();
        var end = root["end"];
        var types = $$"""
            internal static class Left
            {
                public static Timer? Timer;
                public static int Ticks;
                public static string Start()
                {
                    var thread = new Thread(() => { while (!File.Exists({{Literal(end)}})) { Thread.Sleep(10); } }) { IsBackground = true };
                    thread.Start();
                    return "";
                }
                public static string Subscribe()
                {
                    EventHandler handler = (_, _) => Ticks++;
                    AppDomain.CurrentDomain.ProcessExit += handler;
                    AsEnds(() => AppDomain.CurrentDomain.ProcessExit -= handler);
                    return "";
                }
                public static void AsEnds(Action action) => new Thread(() =>
                {
                    while (!File.Exists({{Literal(end)}})) { Thread.Sleep(10); }
                    action();
                }) { IsBackground = true }.Start();
                public static string EndTimer(object timer) { AsEnds(() => Timer?.Dispose()); return ""; }
            }
            """;
        var check = what == "timer" ? $"Left.EndTimer({deed})" : deed;
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source(check, types: types)));
        await using var bridge = await TestBridge.StartAsync(output, [root.Path], goneLimit: TimeSpan.FromSeconds(0.5));
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.BuildAsync("small/1");

        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source("\"next\"")));
        Assert.Equal("next", await bridge.BuildAsync("small/1"));
        string message;
        do
        {
            message = (string)(await socket.ReadRecordAsync())["message"]!;
        }
        while (!message.Contains("still in memory", StringComparison.Ordinal));

        Assert.StartsWith("small/1 generation 1 is still in memory", message, StringComparison.Ordinal);
        Assert.Equal(1, bridge.Server.Backends.Unloader.CountAlive());
        BackendBuild.Write(root["small", "1"], BackendBuild.Compile("Small", BackendBuild.Source("\"last\"")));
        Assert.Equal("last", await bridge.BuildAsync("small/1"));

        // it was that one thing alone: when it ends, all is gone
        await File.WriteAllTextAsync(end, "");
        await Eventually.TrueAsync(() => bridge.Server.Backends.Unloader.CountAlive() == 0, "what was left has ended");
    }

    private static string Literal(string text) => $"@\"{text}\"";

    private const string Types = """
        public sealed record Note(string Text) { public static object? Last = new Note("last"); }
        internal static class Try
        {
            private static readonly AsyncLocal<object> Ambient = new();
            private static Timer? s_timer;
            public static string It(Func<string> action)
            {
                try { return "done: " + action(); } catch (Exception exception) { return exception.GetType().Name; }
            }
            public static async Task<string> Later()
            {
                var note = new Note("later");
                await Task.Delay(20);
                await Task.Yield();
                return note.Text;
            }
            public static string StartTimer()
            {
                s_timer = new Timer(_ => Note.Last = new Note("tick"), null, 0, 5);
                return "started";
            }
            public static void StopTimer() => s_timer?.Dispose();
            public static string SetAmbient()
            {
                Ambient.Value = new Note("ambient");
                return "set";
            }
        }
        """;
}
