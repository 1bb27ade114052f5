using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

/// <summary>What the program does as a process when a backend is a script, and when none is.</summary>
public sealed class ScriptProcessTests : CliTest
{
    private static readonly string[] Compilers = ["Microsoft.CodeAnalysis", "Mono.Cecil"];

    [Fact]
    public async Task Compiler_is_loaded_by_the_firstscript_and_not_before()
    {
        Requires.Linux();
        using var script = new WordsScript();
        Assert.DoesNotContain(await LoadedAsync(script, "/aws/1/metadata"), Compilers.Contains);
        script.Write("return Task.FromResult(Said(\"compiled\"));");
        Assert.Equal(Compilers, (await LoadedAsync(script, WordsScript.Check)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_it_writes_to_the_console_stays_out_of_the_answer()
    {
        using var script = new WordsScript();
        script.Write("Console.WriteLine(\"in between\"); return Task.FromResult(Said(\"clean\"));", "Console.WriteLine(\"at first\");");
        var result = await RunAsync("request", WordsScript.Check[1..], "--backends", script.Folder.Path);
        Assert.Equal("clean", (string?)JsonNode.Parse(result.Output)!["Details"]!["Word"]);
        Assert.Contains("in between", result.Error, StringComparison.Ordinal);
        Assert.Contains("at first", result.Error, StringComparison.Ordinal);
    }

    /// <summary>The framework's clients are loaded by whoever uses them first: from then on they pass by the proxy for this machine.</summary>
    [Fact]
    public async Task Clients_that_are_loaded_late_use_no_proxy_for_this_machine()
    {
        await File.WriteAllTextAsync(Folder["proxy.csx"], """
            using System.Net.Http;
            string Of(string address) => HttpClient.DefaultProxy.GetProxy(new Uri(address))?.Authority ?? "none";
            Console.WriteLine($"{Of("http://127.0.0.1:4566")} {Of("http://example.com")}");
            """);
        var result = await RunAsync(new Dictionary<string, string> { ["http_proxy"] = "http://proxy.example:3128" }, "script", Folder["proxy.csx"]);
        Assert.Equal("none proxy.example:3128", result.Output.Trim());
    }

    [Theory]
    [InlineData("new Thread(() => throw new Exception(\"stray\")).Start();")]
    [InlineData("static async void Later() { await Task.Yield(); throw new Exception(\"stray\"); } Later();")]
    [InlineData("new Timer(_ => throw new Exception(\"stray\"), null, 1, -1);")]
    [InlineData("ThreadPool.UnsafeQueueUserWorkItem(_ => throw new Exception(\"stray\"), null);")]
    [InlineData("static void Make() { for (var i = 0; i < 9; i++) new Last(); } Make(); GC.Collect(); GC.WaitForPendingFinalizers();", "class Last { ~Last() => throw new Exception(\"stray\"); }")]
    public async Task What_nobody_can_catch_is_logged_and_the_bridge_goes_on(string body, string head = "")
    {
        using var script = new WordsScript();
        script.Write(body + " return Task.FromResult(Said(\"alive\"));", head);
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", script.Folder.Path);
        var log = Path.Combine(State, "logs", "fleetbridge.log");
        await Eventually.TrueAsync(async () => await AskAsync() == "alive", "it is compiled, and answers");
        await Eventually.TrueAsync(
            () => File.ReadAllText(log).Contains("a timer or a finalizer): System.Exception: stray", StringComparison.Ordinal), "it is logged");
        Assert.Equal("alive", await AskAsync());

        async Task<string?> AskAsync() =>
            (string?)(await RawHttp.PostAsync(serving.HttpPort, WordsScript.Check)).Json["Details"]?["Word"];
    }

    [Fact]
    public async Task Console_that_a_script_has_replaced_takes_no_answer_away()
    {
        using var script = new WordsScript();
        script.Write("Console.SetOut(TextWriter.Null); return Task.FromResult(Said(\"told\"));");
        await Eventually.TrueAsync(
            async () => (await RunAsync("request", WordsScript.Check[1..], "--backends", script.Folder.Path)).Output
                .Contains("\"told\"", StringComparison.Ordinal),
            "it answers, though it may take longer to compile than a request waits");
    }

    /// <summary>Which of the compiler's parts a bridge has loaded after a request.</summary>
    private async Task<IReadOnlyList<string>> LoadedAsync(WordsScript script, string request)
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", script.Folder.Path);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, request)).Status);
        var maps = await File.ReadAllTextAsync($"/proc/{serving.Announcement["pid"]}/maps");
        Assert.Contains("/fleetbridge.dll", maps, StringComparison.Ordinal);
        return [.. Compilers.Where(name => maps.Contains($"/{name}.dll", StringComparison.Ordinal))];
    }
}
