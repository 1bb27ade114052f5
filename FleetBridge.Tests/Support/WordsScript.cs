using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>A script backend <c>words/1</c> with one check, whose body a test writes.</summary>
internal sealed class WordsScript : IDisposable
{
    /// <summary>The request.</summary>
    public const string Check = "/words/1/deployment/word/check";

    /// <summary>The line of the script on which the check's body begins.</summary>
    public const int BodyLine = 8;

    /// <summary>The column of it.</summary>
    public const int BodyColumn = 24;

    /// <summary>A folder of backends.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The script.</summary>
    public string Path => Folder["words", "1", "backend.csx"];

    public void Dispose() => Folder.Dispose();

    /// <summary>Saves it.</summary>
    /// <param name="body">What the check does; its answers are made by <c>Said("word")</c>.</param>
    /// <param name="head">The script's beginning: one line, whatever its length.</param>
    /// <param name="asynchronous">Whether the body awaits.</param>
    /// <param name="check">The check's own operation.</param>
    public void Write(string body, string head = "// nothing", bool asynchronous = false, string check = "Operation.Check(Check)") =>
        WriteText(TextOf(body, head, asynchronous, check));

    /// <summary>Saves it as a text.</summary>
    public void WriteText(string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, text);
    }

    /// <summary>The script's text.</summary>
    public static string TextOf(
        string body, string head = "// nothing", bool asynchronous = false, string check = "Operation.Check(Check)") =>
        $$"""
        {{head}}

        public sealed class Word : Resource
        {
            public override string Path => "deployment/word";
            public override IReadOnlyList<Operation> Operations => [{{check}}];
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
        """;

    /// <summary>A bridge that serves it.</summary>
    public Task<TestBridge> StartAsync(ITestOutputHelper output, TimeProvider? clock = null) =>
        TestBridge.StartAsync(output, roots: [Folder.Path], clock: clock);

    /// <summary>Asks it, and waits for it where the machine takes longer to compile than a request waits.</summary>
    /// <returns>The word that it says, or its error, or its whole answer.</returns>
    public static async Task<string?> AskAsync(TestBridge bridge)
    {
        JsonObject json = [];
        await Eventually.TrueAsync(
            async () =>
            {
                (_, json) = await bridge.PostAsync(Check);
                return !((string?)json["Error"] ?? "").Contains("still being written", StringComparison.Ordinal);
            },
            "it is compiled");
        return (string?)json["Details"]?["Word"] ?? (string?)json["Error"] ?? json.ToJsonString();
    }
}
