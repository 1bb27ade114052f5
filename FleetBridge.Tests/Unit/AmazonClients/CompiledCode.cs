using System.Reflection;
using System.Runtime.Loader;
using Amazon.Runtime;
using FleetBridge.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Generated code of a model that no service has, compiled with the hand-written runtime beside it.</summary>
internal sealed class CompiledCode : IDisposable
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private readonly AssemblyLoadContext _context = new("generated", isCollectible: true);

    /// <summary>Compiles it.</summary>
    /// <param name="generated">The generated files' texts.</param>
    /// <param name="folder">The folder of the hand-written files, below the repository.</param>
    /// <param name="without">A hand-written file that needs a real service.</param>
    public CompiledCode(IEnumerable<string> generated, string folder, string? without = null)
    {
        var written = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs").Where(file => Path.GetFileName(file) != without);
        var trees = generated.Concat(written.Select(File.ReadAllText)).Append(ImplicitUsings)
            .Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest)));
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(file) is "netstandard.dll")
            .Append(typeof(ConstantClass).Assembly.Location);
        var compilation = CSharpCompilation.Create(
            "Generated",
            trees,
            platform.Distinct().Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(
            result.Success,
            string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        Assembly = _context.LoadFromStream(image);
    }

    /// <summary>What was compiled.</summary>
    public Assembly Assembly { get; }

    /// <summary>A static method of it, as a delegate.</summary>
    /// <param name="type">The type's full name.</param>
    /// <param name="method">The method's name.</param>
    public MethodInfo Method(string type, string method) => Assembly.GetType(type, throwOnError: true)!
        .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!;

    public void Dispose() => _context.Unload();
}
