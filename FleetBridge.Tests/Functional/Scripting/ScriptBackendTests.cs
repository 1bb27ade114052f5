using FleetBridge.Backends;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

/// <summary>A folder with a backend.csx is a backend, and saving it is a rebuild.</summary>
public sealed class ScriptBackendTests(ITestOutputHelper output) : IDisposable
{
    private readonly WordsScript _script = new();

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Saved_script_serves_the_next_request_and_the_old_one_leaves_memory()
    {
        _script.Write("return Task.FromResult(Said(\"first\"));");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("first", await WordsScript.AskAsync(bridge));
        _script.Write("return Task.FromResult(Said(\"second\"));");
        Assert.Equal("second", await WordsScript.AskAsync(bridge));
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("words/1 generation 1 was unloaded", StringComparison.Ordinal), "it is collected");
    }

    [Fact]
    public async Task State_in_flight_ends_on_the_old_one()
    {
        var gate = _script.Folder["gate"];
        _script.Write(
            $"context.Logger.LogInformation(\"waits\"); while (!File.Exists(@\"{gate}\")) {{ await Task.Delay(20); }} return Said(\"old\");",
            asynchronous: true);
        await using var bridge = await _script.StartAsync(output);
        var old = WordsScript.AskAsync(bridge);
        await Eventually.TrueAsync(() => bridge.ReadLogFile().Contains("waits", StringComparison.Ordinal), "it runs");
        _script.Write("return Task.FromResult(Said(\"new\"));");
        Assert.Equal("new", await WordsScript.AskAsync(bridge));
        Assert.False(old.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("old", await old);
    }

    [Fact]
    public async Task Compile_error_leaves_the_old_one_serving_and_is_told_with_its_place()
    {
        _script.Write("return Task.FromResult(Said(\"first\"));");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("first", await WordsScript.AskAsync(bridge));
        _script.Write("return Task.FromResult(Said(missing));");
        Assert.Equal("first", await WordsScript.AskAsync(bridge));
        var place = $"({WordsScript.BodyLine},{WordsScript.BodyColumn + "return Task.FromResult(Said(".Length})";
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains($"{_script.Path}{place}: error CS0103: The name 'missing'", StringComparison.Ordinal),
            "the error is logged");
        _script.Write("return Task.FromResult(Said(\"third\"));");
        Assert.Equal("third", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Half_saved_script_is_not_served()
    {
        _script.Write("return Task.FromResult(Said(\"first\"));");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("first", await WordsScript.AskAsync(bridge));
        var text = WordsScript.TextOf("return Task.FromResult(Said(\"second\"));");
        _script.WriteText(text[..(text.Length / 2)]);
        var meanwhile = WordsScript.AskAsync(bridge);
        await Task.Delay(20);
        _script.WriteText(text);
        Assert.Contains(await meanwhile, new[] { "first", "second" });
        await Eventually.TrueAsync(async () => await WordsScript.AskAsync(bridge) == "second", "the whole one serves");
    }

    [Fact]
    public async Task What_is_loaded_from_elsewhere_is_part_of_it()
    {
        var shared = _script.Folder["shared.csx"];
        await File.WriteAllTextAsync(shared, "const string Vocable = \"one\";");
        _script.Write("return Task.FromResult(Said(Vocable));", "#load \"../../shared.csx\"");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("one", await WordsScript.AskAsync(bridge));
        await File.WriteAllTextAsync(shared, "const string Vocable = \"another\";");
        Assert.Equal("another", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Metadata_may_stand_beside_it()
    {
        _script.WriteText(
            """
            public sealed class Word : Resource
            {
                public override string Path => "deployment/word";
                public override IReadOnlyList<Operation> Operations => [Operation.Check(_ => Task.FromResult(BackendResult.Success()))];
            }

            public sealed class Words : Backend
            {
                public override IReadOnlyList<Resource> Resources { get; } = [new Word()];
            }
            """);
        await File.WriteAllTextAsync(
            Path.Combine(Path.GetDirectoryName(_script.Path)!, "metadata.json"),
            """
            {
              "Fleet Type": "Words of a file", "Fleet Description": "Beside the script.",
              "Components": [
                { "Name": "Word", "Description": "A word.", "Requests": [{ "Name": "Check", "RequestPath": "/deployment/word/check" }] }
              ]
            }
            """);
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains("\"True\"", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
        Assert.Equal("Words of a file", (string?)(await bridge.PostAsync("/words/1/metadata")).Json["Details"]!["Fleet Type"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contract_may_be_named_for_the_editor_of_any_machine(bool isThere)
    {
        var contract = isThere ? typeof(Backend).Assembly.Location : _script.Folder["elsewhere", "FleetBridge.Backends.dll"];
        _script.Write("return Task.FromResult(Said(\"one contract\"));", $"#r \"{contract}\"");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("one contract", await WordsScript.AskAsync(bridge));
    }

    [Fact]
    public async Task Exception_names_the_script_and_the_line()
    {
        _script.Write("throw new InvalidOperationException(\"bang\");");
        await using var bridge = await _script.StartAsync(output);
        Assert.Contains($"bang (backend.csx, line {WordsScript.BodyLine})", await WordsScript.AskAsync(bridge), StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains($"{_script.Path}:line {WordsScript.BodyLine}", StringComparison.Ordinal), "the trace is logged");
    }

    [Fact]
    public async Task What_it_writes_to_the_console_is_logged()
    {
        _script.Write(
            "Console.WriteLine(\"a whole line\"); Console.Error.WriteLine(\"an error\"); Console.Write(\"no \"); Console.Write(\"end\"); "
            + "return Task.FromResult(Said(\"written\"));",
            "Console.WriteLine(\"loaded\");");
        await using var bridge = await _script.StartAsync(output);
        Assert.Equal("written", await WordsScript.AskAsync(bridge));
        foreach (var record in new[] { "INFO fleetbridge loaded", "INFO words a whole line", "WARNING words an error", "INFO words no end" })
        {
            await Eventually.TrueAsync(
                () => bridge.ReadLogFile().Contains(record + "\n", StringComparison.Ordinal), $"it is logged: {record}");
        }
    }
}
