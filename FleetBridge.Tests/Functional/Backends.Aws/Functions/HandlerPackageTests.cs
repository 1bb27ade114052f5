using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Functions;

public sealed class HandlerPackageTests
{
    private static readonly Dictionary<string, HandlerPackage> Packages = new()
    {
        ["login"] = HandlerPackage.Login,
        ["start_session"] = HandlerPackage.StartSession,
        ["create_session"] = HandlerPackage.CreateSession,
        ["find_session"] = HandlerPackage.FindSession,
        ["join_session"] = HandlerPackage.JoinSession,
    };

    /// <summary>What a handler of the session API imports, beside the SDK and the standard library.</summary>
    private static readonly string[] SessionModules = ["session_api.py", "start_session.py"];

    public static TheoryData<string> Modules { get; } = [.. Packages.Keys];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Zip_holds_the_handler_with_what_it_imports_and_nothing_else(string module)
    {
        var entries = Entries(module);
        string[] imported = module is "login" or "start_session" ? [] : SessionModules;
        Assert.Equal([$"{module}.py", .. imported], entries.Select(entry => entry.FullName));
        Assert.All(entries, entry => Assert.Equal(File.ReadAllText(Path.Combine(PythonFiles.Handlers, entry.FullName)), Content(entry)));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Zip_lets_everybody_read_the_handler(string module)
    {
        Assert.All(Entries(module), entry => Assert.Equal("100644", Convert.ToString(entry.ExternalAttributes >>> 16, 8)));
        var bytes = Packages[module].Zip.Span;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(bytes[^6..]);
        foreach (var entry in Entries(module))
        {
            Assert.Equal("PK\u0001\u0002"u8, bytes.Slice(directory, 4));
            Assert.Equal(3, bytes[directory + 5]);
            directory += 46 + entry.FullName.Length;
        }

        Assert.Equal("PK\u0005\u0006"u8, bytes.Slice(directory, 4));
    }

    /// <summary>Every field by hand, as PKWARE's APPNOTE has them: no clock, no system and no compressor has a say.</summary>
    [Theory]
    [MemberData(nameof(Modules))]
    public void Zip_is_the_same_on_every_machine(string module)
    {
        var content = File.ReadAllBytes(Source(module));
        var name = Encoding.ASCII.GetBytes($"{module}.py");
        var common = new byte[26];
        common[0] = 20;
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(8), (1 << 5) | 1);
        BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), Crc32(content));
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(14), content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(18), content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(22), name.Length);
        byte[] local = [.. "PK\u0003\u0004"u8, .. common, .. name, .. content];
        Assert.Equal(Convert.ToHexString(local), Convert.ToHexString(Packages[module].Zip.Span[..local.Length]));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Hash_is_the_one_that_lambda_tells(string module) =>
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(Packages[module].Zip.Span)), Packages[module].CodeSha256);

    [Theory]
    [MemberData(nameof(Modules))]
    public async Task Handler_setting_names_a_function_of_the_zip(string module)
    {
        Requires.Python();
        var (file, function) = Packages[module].Handler.Split('.') is [var first, var second] ? (first, second) : default;
        Assert.Equal(module, file);
        var result = await Python.RunAsync(
            Content(Entry(module)),
            "-c",
            """
            import ast, sys
            tree = ast.parse(sys.stdin.read())
            print(*[f"{it.name}({', '.join(a.arg for a in it.args.args)})" for it in tree.body if isinstance(it, ast.FunctionDef)], sep="\n")
            """);
        Assert.Contains($"{function}(event, context)", result.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Environment_variable_is_the_one_that_the_handler_reads(string module) =>
        Assert.Contains($"os.environ.get(\"{Packages[module].EnvironmentVariable}\")", Code(module), StringComparison.Ordinal);

    [Theory]
    [InlineData("login", "cognito-idp", "cognito-idp")]
    [InlineData("start_session", "gamelift", "gamelift")]
    [InlineData("create_session", "gamelift", "gamelift")]
    [InlineData("find_session", "gamelift", "gamelift")]
    [InlineData("join_session", "gamelift", "gamelift")]
    public void Policy_allows_every_call_of_the_handler(string module, string prefix, string model)
    {
        var policy = JsonNode.Parse(Packages[module].PolicyDocument("aws-cn", "a-function"))!;
        Assert.Equal("2012-10-17", policy["Version"]!.GetValue<string>());
        var statement = policy["Statement"]![0]!;
        Assert.Equal(2, policy["Statement"]!.AsArray().Count);
        Assert.Equal(
            """{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws-cn:logs:*:*:log-group:/aws/lambda/a-function:*"}""",
            policy["Statement"]![1]!.ToJsonString());
        Assert.Equal("Allow", statement["Effect"]!.GetValue<string>());
        var allowed = statement["Action"]!.AsArray().Select(action => action!.GetValue<string>()).ToList();
        Assert.Equal(Packages[module].PolicyActions, allowed);

        var code = Code(module);
        var called = Operations(model).Where(operation => code.Contains($").{Snake(operation)}(", StringComparison.Ordinal)
            || code.Contains($"\"{Snake(operation)}\",", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(called);
        Assert.All(called, operation => Assert.Contains($"{prefix}:{operation}", allowed));
    }

    [Fact]
    public void Functions_have_the_settings_they_are_written_for()
    {
        Assert.Equal("python3.13", HandlerPackage.Runtime);
        Assert.Equal(TimeSpan.FromSeconds(10), HandlerPackage.Login.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(30), HandlerPackage.StartSession.Timeout);
    }

    private static string Source(string module) => Path.Combine(PythonFiles.Handlers, $"{module}.py");

    private static string Code(string module) => string.Join('\n', Entries(module).Select(Content));

    private static ZipArchiveEntry Entry(string module) => Entries(module)[0];

    private static ReadOnlyCollection<ZipArchiveEntry> Entries(string module) =>
        new ZipArchive(new MemoryStream(Packages[module].Zip.ToArray())).Entries;

    private static string Content(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Operations(string model) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "Amazon.Clients", "Models", $"{model}.json")))!
            ["operations"]!.AsObject().Select(operation => operation.Key);

    private static string Snake(string operation) => string.Concat(operation.Select((letter, index) =>
        char.IsUpper(letter) ? $"{(index == 0 ? "" : "_")}{char.ToLowerInvariant(letter)}" : $"{letter}"));

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
