using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

/// <summary>Scripts that do not compile, do not end or cannot be read: the bridge says so and continues to serve.</summary>
public sealed class HostileScriptTests(ITestOutputHelper output) : IDisposable
{
    private const string Well = "return Task.FromResult(Said(\"well\"));";

    private readonly WordsScript _script = new();

    public void Dispose() => _script.Dispose();

    [Theory]
    [InlineData("static int Deep(int n) { return 1 + Deep(n + 1); }")]
    [InlineData("static int Deep(int n) => 1 + Deep(n + 1);")]
    [InlineData("static int Deep(int n) { int Deeper(int m) => 1 + Deeper(m); return Deeper(n); }")]
    [InlineData("static int Deep(int n) { Func<int, int> f = null!; f = m => 1 + f(m); return f(n); }")]
    [InlineData("static int Endless => 1 + Endless; static int Deep(int n) => Endless;")]
    [InlineData("class Nest { public Nest() { new Nest(); } } static int Deep(int n) { new Nest(); return n; }")]
    [InlineData("static int Deep(int n) => Ones().Sum(); static IEnumerable<int> Ones() { yield return 1; foreach (var x in Ones()) yield return x; }")]
    [InlineData("static int Deep(int n) { Span<byte> s = stackalloc byte[60_000]; s[n % 5] = 1; return Deep(n + 1) + s[3]; }")]
    [InlineData("static int Deep(int n) => Later(n).Result; static async Task<int> Later(int n) => 1 + await Later(n);")]
    [InlineData("class G<T> { public static int X; static G() { X = G<List<T>>.X + 1; } } static int Deep(int n) => G<int>.X;")]
    [InlineData("class A : IComparable<A> { public int CompareTo(A? other) { Sort(); return 0; } public static void Sort() => new List<A> { new(), new(), new() }.Sort(); } static int Deep(int n) { A.Sort(); return n; }")]
    [InlineData("class E : IEnumerable<int> { public IEnumerator<int> GetEnumerator() => new E().Select(x => x).GetEnumerator(); System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator(); } static int Deep(int n) => new E().Count();")]
    public async Task What_calls_itself_for_ever_is_an_error(string method)
    {
        _script.Write("return Task.FromResult(Said(Deep(1).ToString()));", method);
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains("It calls itself too deeply", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
        _script.Write(Well);
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Thousands_of_chained_calls_of_linq_have_room()
    {
        _script.Write("IEnumerable<int> q = [1]; for (var i = 0; i < 20_000; i++) { q = q.Select(x => x + 1); } return Task.FromResult(Said($\"{q.Single()}\"));");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("20001", await WordsScript.AskAsync(bridge));
    }

    [Theory]
    [InlineData("Environment.Exit(3);", "Environment.Exit")]
    [InlineData("Action<int> end = Environment.Exit; end(3);", "Environment.Exit")]
    [InlineData("await Task.Yield(); Environment.FailFast(\"enough\");", "Environment.FailFast")]
    public async Task What_ends_the_process_is_refused(string statement, string call)
    {
        _script.Write($"async Task Last() {{ {statement} }} return Task.FromResult(Said(\"never\"));");
        await using var bridge = await _script.StartAsync(output);
        Assert.Matches(
            $"{Regex.Escape(_script.Path)}\\(\\d+,\\d+\\): error: {call} would end the bridge", await WordsScript.AskAsync(bridge));
    }

    [Theory]
    [InlineData("static int R() { Span<byte> s = stackalloc byte[100_000_000]; return s[7]; } return Task.FromResult(Said(R().ToString()));", "A stackalloc of 100000000 bytes")]
    [InlineData("JsonNode n = new JsonObject(); for (var i = 0; i < 100_000; i++) n = new JsonObject { [\"a\"] = n }; return Task.FromResult(BackendResult.Success(new() { [\"x\"] = n }));", "nested deeper than 62 levels")]
    [InlineData("Exception e = null!; for (var i = 0; i < 100_000; i++) e = new Exception(\"x\", e); throw e;", "it has no text: more than 200 exceptions")]
    public async Task What_would_take_all_of_the_stack_is_an_error(string body, string error)
    {
        _script.Write(body);
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains(error, await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var x = ", "(", "1", ")", 10_000)]
    [InlineData("", "List<", "int", ">", 10_000)]
    [InlineData("var x = ", "- ", "1", "", 100_000)]
    [InlineData("var x = ", "1 + ", "1", "", 100_000)]
    [InlineData("var x = ", "$\"{", "1", "}\"", 100_000)]
    [InlineData("", "if (true) ", "", "", 10_000)]
    [InlineData("var x = a", ".a", "", "", 100_000)]
    public async Task What_is_nested_too_deeply_to_be_compiled_is_an_error(string first, string open, string middle, string close, int depth)
    {
        var code = new StringBuilder(first).Insert(first.Length, open, depth).Append(middle);
        _script.Write(Well, code.Insert(code.Length, close, depth).Append(';').ToString());
        await using var bridge = await _script.StartAsync(output);
        var answer = await WordsScript.AskAsync(bridge);
        Assert.StartsWith($"The backend words/1 cannot be loaded: {_script.Path}(1,", answer, StringComparison.Ordinal);
        Assert.Contains("nested too deeply", answer, StringComparison.Ordinal);
        _script.Write(Well);
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Devices_are_named_and_not_read()
    {
        Requires.Linux();
        File.CreateSymbolicLink(_script.Folder["zero"], "/dev/zero");
        _script.Write(Well, $"#load \"/dev/zero\"");
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains("/dev/zero is a device, not a file", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
        _script.Write(Well);
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
        _script.Write(Well, $"#r \"{_script.Folder["zero"]}\"");
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains($"{_script.Folder["zero"]} is a device, not a file", StringComparison.Ordinal), "it is no assembly");
    }

    [Fact]
    public async Task Check_of_a_setting_without_end_is_told()
    {
        _script.WriteText(WordsScript.TextOf(Well).Replace(
            "public override IReadOnlyList<Resource> Resources",
            "public override IReadOnlyList<Setting> Settings => [new(\"a\", \"b\", \"c\") { Validate = _ => { for (;;) ; } }]; "
            + "public override IReadOnlyList<Resource> Resources",
            StringComparison.Ordinal));
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains("check of its settings did not end within 5 s", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("for (;;) ;")]
    [InlineData("while (true) { }")]
    [InlineData("do ; while (true); ")]
    [InlineData("again: goto again;")]
    [InlineData("foreach (var n in Enumerable.Repeat(1, int.MaxValue)) for (;;) { }")]
    [InlineData("while (true) { try { _ = context.Settings; } finally { _ = context.Logger; } }")]
    [InlineData("int n = 0; again: switch (n++ % 3) { case 0: goto again; case 1: goto again; default: goto again; }")]
    [InlineData("_ = Enumerable.Repeat(1, int.MaxValue).SelectMany(_ => Enumerable.Repeat(1, 1)).Count(n => n > 2);")]
    [InlineData("static IEnumerable<int> Ones() { while (true) yield return 1; } _ = Ones().LongCount();")]
    [InlineData("var fib = (Func<int, long>)null!; fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); _ = fib(200);")]
    public async Task Loop_without_end_is_ended_when_its_client_goes(string loop)
    {
        _script.Write($"await Task.Yield(); context.Logger.LogInformation(\"begun\"); {loop} return Said(\"never\");", asynchronous: true);
        await using var bridge = await _script.StartAsync(output);
        Assert.True((await bridge.PostAsync("/words/1/metadata")).Status == 200);
        using (var client = new TcpClient("127.0.0.1", bridge.HttpPort))
        {
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {WordsScript.Check} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
            await Eventually.TrueAsync(() => bridge.ReadLogFile().Contains("begun", StringComparison.Ordinal), "it runs");
        }

        await Eventually.TrueAsync(() => bridge.Server.RunningRequests == 0, "it has ended");
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("its client disconnected", StringComparison.Ordinal), "the log says so");
    }

    [Fact]
    public async Task Loop_without_end_is_ended_by_its_deadline()
    {
        _script.Write(
            "for (;;) ;", check: "Operation.Check(Check) with { Deadline = TimeSpan.FromSeconds(0.5) }");
        await using var bridge = await _script.StartAsync(output);
        var answer = await WordsScript.AskAsync(bridge);
        Assert.Contains("check did not end within its deadline of 0.5 s, and was cancelled.", answer, StringComparison.Ordinal);
        Assert.Equal(0, bridge.Server.RunningRequests);
    }

    [Fact]
    public async Task What_blocks_and_does_not_hear_is_answered_without_it_and_leaves_when_it_ends()
    {
        using var gate = new ManualResetEventSlim();
        AppDomain.CurrentDomain.SetData(nameof(HostileScriptTests), gate);
        _script.Write(
            $"((ManualResetEventSlim)AppContext.GetData(\"{nameof(HostileScriptTests)}\")!).Wait(); return Task.FromResult(Said(\"late\"));",
            check: "Operation.Check(Check) with { Deadline = TimeSpan.FromSeconds(0.2) }");
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains("ignored cancellation at its deadline", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
        Assert.Equal(0, bridge.Server.RunningRequests);
        _script.Write(Well);
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
        Assert.DoesNotContain("generation 1 was unloaded", bridge.ReadLogFile(), StringComparison.Ordinal);
        gate.Set();
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("words/1 generation 1 was unloaded", StringComparison.Ordinal), "it is collected");
    }

    [Theory]
    [InlineData("for (;;) ;", "Its code did not end within 10 s")]
    [InlineData("throw new InvalidOperationException(\"at once\");", "Its code failed: System.InvalidOperationException: at once (backend.csx, line 1)")]
    [InlineData("#load \"backend.csx\"", "makes the script load itself")]
    [InlineData("#load \"absent.csx\"", "backend.csx(1,7): error CS1504")]
    [InlineData("#r \"absent.dll\"", "absent.dll' could not be found. Looked for ")]
    [InlineData("class Words2 : Backend { }", "backend.csx(1,7): error CS0534")]
    [InlineData("}", "backend.csx(1,1): error CS7017")]
    public async Task Broken_beginning_is_told(string head, string error)
    {
        _script.Write(Well, head);
        await using var bridge = await _script.StartAsync(output);
        await Eventually.TrueAsync(
            async () => (await WordsScript.AskAsync(bridge))!.Contains(error, StringComparison.Ordinal), $"the answer says: {error}");
        _script.Write(Well);
        Assert.Equal("well", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Files_that_load_each_other_are_told()
    {
        await File.WriteAllTextAsync(_script.Folder["one.csx"], "#load \"two.csx\"\nconst int One = 1;");
        await File.WriteAllTextAsync(_script.Folder["two.csx"], "#load \"one.csx\"\nconst int Two = 2;");
        _script.Write("return Task.FromResult(Said($\"{One + Two}\"));", "#load \"../../one.csx\"");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("3", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Script_that_is_not_utf8_is_told_and_ten_megabytes_of_comments_are_read()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_script.Path)!);
        await File.WriteAllBytesAsync(_script.Path, [.. "// one\n// "u8, 0xFF, 0xFE, .. "\n"u8]);
        await using var bridge = await _script.StartAsync(output);
        var answer = await WordsScript.AskAsync(bridge);
        Assert.Contains($"{_script.Path}(2,1): error: The file is not UTF-8", answer, StringComparison.Ordinal);
        _script.Write(
            "return Task.FromResult(Said(\"read\"));",
            string.Concat(Enumerable.Repeat("// a comment of forty letters, or nearly\n", 250_000)));
        Assert.Equal("read", await WordsScript.AskAsync(bridge));
    }
}
