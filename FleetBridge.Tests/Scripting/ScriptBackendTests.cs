using System.Net.Sockets;
using System.Text.Json.Nodes;
using Backends;
using FleetBridge.Tests.Support;
using Xunit.Abstractions;

namespace FleetBridge.Tests.Scripting;

/// <summary>A folder with a backend.csx is a backend.</summary>
public sealed class ScriptBackendTests(ITestOutputHelper output) : IDisposable
{
    private const string Check = "/words/1/deployment/word/check";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Saved_script_serves_the_next_request_and_the_old_one_leaves_memory()
    {
        Write("return Task.FromResult(Said(\"first\"));");
        await using var bridge = await StartAsync();
        Assert.Equal("first", await AskAsync(bridge));
        Write("return Task.FromResult(Said(\"second\"));");
        Assert.Equal("second", await AskAsync(bridge));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("words/1 generation 1 is out of memory", StringComparison.Ordinal), "it is collected");
    }

    [Fact]
    public async Task Compile_error_leaves_the_old_one_serving_and_is_told_with_its_place()
    {
        Write("return Task.FromResult(Said(\"first\"));");
        await using var bridge = await StartAsync();
        Assert.Equal("first", await AskAsync(bridge));
        Write("return Task.FromResult(Said(missing));");
        Assert.Equal("first", await AskAsync(bridge));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains($"{ScriptPath}(8,52): error CS0103", StringComparison.Ordinal), "the error is logged");
        Write("return Task.FromResult(Said(\"third\"));");
        Assert.Equal("third", await AskAsync(bridge));
    }

    [Fact]
    public async Task What_is_loaded_from_elsewhere_is_part_of_it()
    {
        var shared = _folder["shared.csx"];
        await File.WriteAllTextAsync(shared, "const string Vocable = \"one\";");
        Write("return Task.FromResult(Said(Vocable));", "#load \"../../shared.csx\"");
        await using var bridge = await StartAsync();
        Assert.Equal("one", await AskAsync(bridge));
        await File.WriteAllTextAsync(shared, "const string Vocable = \"another\";");
        Assert.Equal("another", await AskAsync(bridge));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contract_may_be_named_for_the_editor_of_any_machine(bool isThere)
    {
        var contract = isThere ? typeof(Backend).Assembly.Location : _folder["elsewhere", "Backends.dll"];
        Write("return Task.FromResult(Said(\"one contract\"));", $"#r \"{contract}\"");
        await using var bridge = await StartAsync();
        Assert.Equal("one contract", await AskAsync(bridge));
    }

    [Fact]
    public async Task Exception_names_the_script_and_the_line()
    {
        Write("throw new InvalidOperationException(\"bang\");");
        await using var bridge = await StartAsync();
        var (_, json) = await bridge.PostAsync(Check);
        Assert.Contains("bang (backend.csx, line 8)", (string)json["Error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Method_that_calls_itself_for_ever_is_an_error_and_the_bridge_goes_on()
    {
        Write("return Task.FromResult(Said(Deep(1).ToString()));", "static int Deep(int n) { return 1 + Deep(n + 1); }");
        await using var bridge = await StartAsync();
        var (_, json) = await bridge.PostAsync(Check);
        Assert.Contains("It calls itself too often", (string)json["Error"]!, StringComparison.Ordinal);
        Write("return Task.FromResult(Said(\"well\"));");
        Assert.Equal("well", await AskAsync(bridge));
    }

    [Theory]
    [InlineData("for (;;) ;")]
    [InlineData("while (true) { }")]
    [InlineData("do ; while (true); ")]
    [InlineData("again: goto again;")]
    [InlineData("await Task.Yield(); foreach (var n in Enumerable.Repeat(1, int.MaxValue)) for (;;) { }")]
    public async Task Loop_without_end_is_ended_when_its_client_goes(string loop)
    {
        Write($"{(loop.Contains("await", StringComparison.Ordinal) ? "" : "await Task.Yield(); ")}context.Logger.LogInformation(\"begun\"); {loop} return Said(\"never\");", asynchronous: true);
        await using var bridge = await StartAsync();
        using (var client = new TcpClient("127.0.0.1", bridge.HttpPort))
        {
            await client.GetStream().WriteAsync(
                System.Text.Encoding.ASCII.GetBytes($"POST {Check} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
            await Eventually.TrueAsync(() => bridge.ReadLogFile().Contains("begun", StringComparison.Ordinal), "it runs");
        }

        await Eventually.TrueAsync(() => bridge.Server.RunningRequests == 0, "it has ended");
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("its client went away", StringComparison.Ordinal), "the log says so");
    }

    [Theory]
    [InlineData("#load \"backend.csx\"", "loads the script into itself")]
    [InlineData("#load \"absent.csx\"", "absent.csx")]
    [InlineData("#r \"absent.dll\"", "Looked for")]
    public async Task Broken_beginning_is_told(string head, string error)
    {
        Write("return Task.FromResult(Said(\"never\"));", head);
        await using var bridge = await StartAsync();
        var (_, json) = await bridge.PostAsync(Check);
        Assert.Contains(error, (string)json["Error"]!, StringComparison.Ordinal);
        Write("return Task.FromResult(Said(\"mended\"));");
        Assert.Equal("mended", await AskAsync(bridge));
    }

    [Fact]
    public async Task Script_that_is_not_utf8_is_told_and_ten_megabytes_of_comments_are_read()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ScriptPath)!);
        await File.WriteAllBytesAsync(ScriptPath, [.. "// one\n// "u8, 0xFF, 0xFE, .. "\n"u8]);
        await using var bridge = await StartAsync();
        var (_, json) = await bridge.PostAsync(Check);
        Assert.Contains($"{ScriptPath}(2,1): error: The file is not UTF-8", (string)json["Error"]!, StringComparison.Ordinal);
        Write("return Task.FromResult(Said(\"read\"));", string.Concat(Enumerable.Repeat("// a comment of forty letters, or nearly\n", 250_000)));
        Assert.Equal("read", await AskAsync(bridge));
    }

    private string ScriptPath => _folder["words", "1", "backend.csx"];

    private void Write(string body, string head = "// nothing", bool asynchronous = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ScriptPath)!);
        File.WriteAllText(
            ScriptPath,
            $$"""
            {{head}}

            public sealed class Word : Resource
            {
                public override string Path => "deployment/word";
                public override IReadOnlyList<Operation> Operations => [Operation.Check(Check)];
                private {{(asynchronous ? "async " : "")}}Task<BackendResult> Check(BackendContext context) {
                                   {{body}}
                }
                private static BackendResult Said(string word) => BackendResult.Success(new() { ["Word"] = word });
            }

            public sealed class Words : Backend
            {
                public override BackendMetadata Metadata =>
                    new("Words", "From a script.", [new("Word", "A word.", [new("Check", "/deployment/word/check")])]);
                public override IReadOnlyList<Resource> Resources { get; } = [new Word()];
            }

            new Words()
            """);
    }

    private Task<TestBridge> StartAsync() => TestBridge.StartAsync(output, roots: [_folder.Path]);

    private static async Task<string?> AskAsync(TestBridge bridge)
    {
        // the first compilation takes longer than a request waits for it, on a busy machine
        JsonObject json = [];
        await Eventually.TrueAsync(
            async () =>
            {
                (_, json) = await bridge.PostAsync(Check);
                return !((string?)json["Error"] ?? "").Contains("still being written", StringComparison.Ordinal);
            },
            "it is compiled");
        return (string?)json["Details"]?["Word"] ?? json.ToJsonString();
    }
}
