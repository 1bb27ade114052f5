using System.Collections.Immutable;
using FleetBridge.Backends;
using FleetBridge.Core.Contract;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Support;

/// <summary>Builds backends out of source, in a fraction of the time that <c>dotnet build</c> takes.</summary>
internal static class BackendBuild
{
    public const string ProbeFile = "Probe.dll";

    /// <summary>The least that is a .deps.json.</summary>
    public const string Dependencies = """{"runtimeTarget": {"name": "any"}, "targets": {"any": {}}, "libraries": {}}""";

    private const string GlobalUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly ImmutableArray<MetadataReference> Framework =
        [.. FrameworkFiles().Select(file => MetadataReference.CreateFromFile(file))];

    private static readonly MetadataReference Contract = MetadataReference.CreateFromFile(typeof(Backend).Assembly.Location);

    /// <summary>The Probe fixture's real source.</summary>
    public static string ProbeProject => Path.Combine(Repository.Root, "FleetBridge.Tests", "Fixtures", "Probe");

    /// <summary>Compiles the Probe fixture's real source with another build's name in it.</summary>
    public static byte[] Probe(string build) => Compile("Probe", ProbeSource(build));

    /// <summary>The Probe fixture's real source with another build's name in it.</summary>
    public static string ProbeSource(string build)
    {
        var source = File.ReadAllText(Path.Combine(ProbeProject, "ProbeBackend.cs"));
        Assert.Contains("\"build-0\"", source, StringComparison.Ordinal);
        return source.Replace("\"build-0\"", $"\"{build}\"", StringComparison.Ordinal);
    }

    /// <summary>A backend that is made of little else than what the test gives.</summary>
    /// <param name="check">What its check answers with: an expression of type string.</param>
    /// <param name="members">Further members of the backend class.</param>
    /// <param name="metadata">The member <c>Metadata</c>; empty to have none.</param>
    /// <param name="types">Further types.</param>
    public static string Source(
        string check = "\"good\"", string members = "", string? metadata = null, string types = "") => $$"""
        using FleetBridge.Backends;
        namespace Small;
        public sealed class SmallBackend : Backend
        {
            public override IReadOnlyList<Resource> Resources { get; } = [new Thing()];
            {{metadata ?? Metadata("/deployment/thing/check")}}
            {{members}}
        }
        internal sealed class Thing : Resource
        {
            public override string Path => "deployment/thing";
            public override IReadOnlyList<Operation> Operations =>
                [Operation.Check(Check), Operation.Create(Check)];
            private static Task<BackendResult> Check(BackendContext context) =>
                Task.FromResult(BackendResult.Success(new() { ["Build"] = {{check}} }));
        }
        {{types}}
        """;

    public static string Metadata(params string[] paths) =>
        "public override BackendMetadata Metadata => new(\"Small\", \"\", [new(\"Thing\", \"\", ["
        + string.Join(", ", paths.Select(path => $"new(\"Press\", \"{path}\")")) + "])]);";

    /// <summary>Compiles a backend.</summary>
    /// <param name="assembly">The assembly's name.</param>
    /// <param name="source">C# with the usual implicit usings.</param>
    /// <param name="references">Assemblies that it refers to, besides the framework and the contract. One that is called
    /// FleetBridge.Backends takes the place of the contract.</param>
    /// <returns>The assembly.</returns>
    public static byte[] Compile(string assembly, string source, params byte[][] references)
    {
        var others = references.Select(image => (MetadataReference)MetadataReference.CreateFromImage(image)).ToList();
        var compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText(GlobalUsings)],
            ContractAssembly.IsNamed(assembly) || others.Any(IsContract) ? [.. Framework, .. others] : [.. Framework, Contract, .. others],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>Compiles a substitute for another version of the contract: the least that a backend can refer to.</summary>
    public static byte[] CompileContract(string version, string name) => Compile(name, $$"""
        [assembly: System.Reflection.AssemblyVersion("{{version}}")]
        namespace {{name}};
        public abstract class Resource;
        public abstract class Backend
        {
            public abstract IReadOnlyList<Resource> Resources { get; }
        }
        """);

    /// <summary>Compiles a substitute for a newer version of an assembly of the framework, as a package would bring it.</summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="source">What is in it.</param>
    public static byte[] CompileNewer(string name, string version, string source)
    {
        var key = System.Reflection.Assembly.Load(name).GetName().GetPublicKey()!;
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]\n{source}")],
            Framework.Where(reference => !IsNamed(reference, name)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, cryptoPublicKey: [.. key], publicSign: true));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>Compiles a backend against such an assembly.</summary>
    public static byte[] CompileAgainst(byte[] newer, string name, string source, string assembly = "Small")
    {
        var compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText(GlobalUsings)],
            [.. Framework.Where(reference => !IsNamed(reference, name)), Contract, MetadataReference.CreateFromImage(newer)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>Compiles an assembly whose resource Words has one text, Hello; with a culture the satellite assembly for it.</summary>
    /// <param name="assembly">The assembly's name.</param>
    /// <param name="source">C#; nothing for a satellite.</param>
    /// <param name="hello">The text.</param>
    /// <param name="culture">The culture; null for the assembly itself.</param>
    public static byte[] CompileTexts(string assembly, string source, string hello, string? culture = null)
    {
        var texts = new MemoryStream();
        var writer = new System.Resources.ResourceWriter(texts);
        writer.AddResource("Hello", hello);
        writer.Generate();
        var place = culture is null ? "Words.resources" : $"Words.{culture}.resources";
        var head = culture is null ? "" : $"[assembly: System.Reflection.AssemblyCulture(\"{culture}\")]\n";
        var compilation = CSharpCompilation.Create(
            culture is null ? assembly : $"{assembly}.resources",
            [CSharpSyntaxTree.ParseText(head + source), CSharpSyntaxTree.ParseText(GlobalUsings)],
            [.. Framework, Contract],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(
            image, manifestResources: [new ResourceDescription(place, () => new MemoryStream(texts.ToArray()), isPublic: true)]);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>Writes an assembly into a backend's folder, over an older one.</summary>
    public static void Write(string folder, byte[] image, string file = ProbeFile)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, file), image);
    }

    /// <summary>Writes a folder <c>&lt;name&gt;/&lt;version&gt;/</c> with a Probe.</summary>
    public static string WriteProbe(string root, string build, string name = "probe", string version = "1")
    {
        var folder = Path.Combine(root, name, version);
        Write(folder, Probe(build));
        return folder;
    }

    private static bool IsNamed(MetadataReference reference, string name) =>
        Path.GetFileNameWithoutExtension(((PortableExecutableReference)reference).FilePath) == name;

    private static bool IsContract(MetadataReference reference) =>
        ((AssemblyMetadata)((PortableExecutableReference)reference).GetMetadata()).GetModules()[0].Name is { } file
        && ContractAssembly.IsNamed(Path.GetFileNameWithoutExtension(file));

    private static IEnumerable<string> FrameworkFiles()
    {
        string[] folders =
        [
            Path.GetDirectoryName(typeof(object).Assembly.Location)!,
            Path.GetDirectoryName(typeof(ILogger).Assembly.Location)!,
        ];
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file => folders.Contains(Path.GetDirectoryName(file)));
    }
}
