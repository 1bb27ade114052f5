namespace FleetBridge.Tests.Support;

/// <summary>Builds that cannot serve, and a word of what the user has to be told.</summary>
internal static class BrokenBuilds
{
    private const string NoMetadata = " ";

    private static readonly Dictionary<string, (Action<string> Write, string Told)> All = new()
    {
        ["half-written"] = (folder => Write(folder, BackendBuild.Probe("x").AsSpan(0, 2000).ToArray()), "An assembly is not valid"),
        ["corrupt"] = (folder => Write(folder, [.. Enumerable.Repeat((byte)0xA5, 5000)]), "An assembly is not valid"),
        ["zero-length"] = (folder => Write(folder, []), "An assembly is not valid"),
        ["no-assembly"] = (folder =>
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "readme.txt"), "");
            File.Delete(Path.Combine(folder, "Small.dll"));
        }, "There is no assembly in"),
        ["two-assemblies"] = (folder => Write(folder, Compile(BackendBuild.Source()), "Other.dll"), "not clear which assembly"),
        ["empty-dependencies"] = (WithDependencies(""), "Small.deps.json cannot be read (line 1"),
        ["half-dependencies"] = (WithDependencies(BackendBuild.Dependencies[..50]), "Small.deps.json cannot be read (line 1"),
        ["bare-dependencies"] = (WithDependencies("{}"), "it has no runtimeTarget"),
        ["no-target"] = (WithDependencies("""{"runtimeTarget": "any", "targets": {"other": {}}, "libraries": {}}"""), "no target 'any'"),
        ["no-libraries"] = (WithDependencies("""{"runtimeTarget": "any", "targets": {"any": {}}}"""), "no libraries"),
        ["odd-library"] = (WithDependencies(
            """{"runtimeTarget": "any", "targets": {"any": {}}, "libraries": {"a/1": {"type": 3}}}"""), "library 'a/1'"),
        ["odd-assets"] = (WithDependencies(
            """{"runtimeTarget": "any", "targets": {"any": {"a/1": {"runtime": {"a.dll": 1}}}}, "libraries": {}}"""), "assets of 'a/1'"),
        ["throwing-constructor"] = (Of("public SmallBackend() => throw new OddException(\"no luck\");",
            types: "public sealed class OddException(string message) : Exception(message);"),
            "Its constructor failed: Small.OddException: no luck"),
        ["untellable-constructor"] = (Of("public SmallBackend() => throw new OddException();",
            types: "public sealed class OddException : Exception { public override string Message => throw new NotSupportedException(); }"),
            "Its constructor failed: Small.OddException (it has no text: System.NotSupportedException)"),
        ["private-constructor"] = (Of("private SmallBackend() { }"), "no public constructor without parameters"),
        ["no-backend-class"] = (folder => Write(folder, Compile(
            "public sealed class Other { public FleetBridge.Backends.Resource? R; }")), "no public class that derives from FleetBridge.Backends.Backend"),
        ["no-contract"] = (folder => Write(folder, Compile("public sealed class Other;")), "does not use the backend contract"),
        ["two-backends"] = (Of(types: BackendBuild.Source()
            .Replace("namespace Small;", "", StringComparison.Ordinal).Replace("using FleetBridge.Backends;", "", StringComparison.Ordinal)
            .Replace("SmallBackend", "SecondBackend", StringComparison.Ordinal).Replace("Thing", "Third", StringComparison.Ordinal)),
            "several backends (Small.SmallBackend, Small.SecondBackend)"),
        ["broken-metadata"] = (folder =>
        {
            Write(folder, Compile(BackendBuild.Source(metadata: NoMetadata)));
            File.WriteAllText(Path.Combine(folder, "metadata.json"), "{\n  \"Fleet Type\": \"T\",\n  broken\n}");
        }, "metadata.json cannot be read (line 3, byte 3)"),
        ["misspelt-metadata"] = (folder =>
        {
            Write(folder, Compile(BackendBuild.Source(metadata: NoMetadata)));
            File.WriteAllText(Path.Combine(folder, "metadata.json"), "{\n  \"Fleet Typo\": \"T\"\n}");
        }, "Fleet Typo"),
        ["no-metadata"] = (folder => Write(folder, Compile(BackendBuild.Source(metadata: NoMetadata))), "The backend has no metadata"),
        ["stray-path"] = (Of(metadata: BackendBuild.Metadata("/deployment/thing/check", "/deployment/nothing/check")),
            "RequestPath '/deployment/nothing/check' of 'Thing' does not name an operation"),
        ["first-not-check"] = (Of(metadata: BackendBuild.Metadata("/deployment/thing/create")), "must be a check, because the editor sends it after every other request"),
        ["no-requests"] = (Of(metadata: BackendBuild.Metadata()), "'Thing' has no requests"),
        ["alike-settings"] = (Of("public override IReadOnlyList<Setting> Settings => [new(\"one\", \"\"), new(\"One\", \"\")];"),
            "Two settings have the key 'one'"),
        ["circle"] = (Replaced("[new Thing()]", "[new Thing(), new Round(\"a\", \"b\"), new Round(\"b\", \"a\")]", Round),
            "in a circle: a → b → a"),
        ["stray-dependency"] = (Replaced("[new Thing()]", "[new Thing(), new Round(\"a\", \"gone\")]", Round),
            "'d/a' depends on 'd/gone', which does not exist"),
        ["null-resources"] = (Replaced("[new Thing()]", "null!", ""), "NullReferenceException"),
        ["newer-contract"] = (OtherContract("3.0.0.0"), "built against version 3.0 of the backend contract, and this bridge has 2.0"),
        ["later-minor-contract"] = (OtherContract("2.7.0.0"), "built against version 2.7 of the backend contract"),
        ["older-contract"] = (OtherContract("0.9.0.0"), "built against version 0.9 of the backend contract"),
        ["former-contract"] = (OtherContract("1.3.0.0", "Backends"),
            "built against the former backend contract, Backends.dll. The contract is now FleetBridge.Backends"),
    };

    private const string Round = """
        internal sealed class Round(string name, string after) : Resource
        {
            public override string Path => "d/" + name;
            public override IReadOnlyList<Operation> Operations => [Operation.Check(_ => Task.FromResult(BackendResult.Success()))];
            public override IReadOnlyList<string> DependsOn => ["d/" + after];
        }
        """;

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Writes such a build into a backend's folder, over what is there.</summary>
    public static void Write(string kind, string folder) => All[kind].Write(folder);

    /// <summary>What the user has to be told.</summary>
    public static string Told(string kind) => All[kind].Told;

    /// <summary>Writes a good build.</summary>
    public static void WriteGood(string folder, string build) =>
        Write(folder, Compile(BackendBuild.Source($"\"{build}\"")));

    private static Action<string> Of(string members = "", string? metadata = null, string types = "") =>
        folder => Write(folder, Compile(BackendBuild.Source("\"broken\"", members, metadata, types)));

    private static Action<string> WithDependencies(string text) => folder =>
    {
        Write(folder, Compile(BackendBuild.Source("\"broken\"")));
        File.WriteAllText(Path.Combine(folder, "Small.deps.json"), text);
    };

    private static Action<string> Replaced(string old, string by, string types) => folder => Write(
        folder, Compile(BackendBuild.Source("\"broken\"", types: types).Replace(old, by, StringComparison.Ordinal)));

    private static Action<string> OtherContract(string version, string name = "FleetBridge.Backends") => folder =>
    {
        var source = $$"""
            using {{name}};
            public sealed class SmallBackend : Backend
            {
                public override IReadOnlyList<Resource> Resources { get; } = [];
            }
            """;
        Write(folder, BackendBuild.Compile("Small", source, BackendBuild.CompileContract(version, name)));
    };

    private static byte[] Compile(string source) => BackendBuild.Compile("Small", source);

    private static void Write(string folder, byte[] image, string file = "Small.dll") => BackendBuild.Write(folder, image, file);
}
