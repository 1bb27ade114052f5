using System.Collections.Immutable;
using System.Reflection.PortableExecutable;
using System.Text;
using FleetBridge.Core.Contract;
using FleetBridge.Core.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Compiles scripts. Nothing else knows Roslyn, whose assemblies are loaded by the first script and not before. The
/// scripting API's own runner is not used: it loads into contexts that never unload.
/// </summary>
internal static class ScriptCompiler
{
    /// <summary>How a script is read.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    private const int MostErrors = 10;

    /// <summary>How long a script is compiled: much longer than any takes on a machine that is busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Imports =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Text.Json.Nodes",
        "System.Threading", "System.Threading.Tasks", "FleetBridge.Backends", "FleetBridge.Backends.Scripting",
        "Microsoft.Extensions.Logging",
    ];

    /// <summary>The framework's and the contract's assemblies, read once: the largest part of the first compilation.</summary>
    private static readonly Lazy<ImmutableArray<MetadataReference>> Framework =
        new(() => [.. ScriptFramework.FindAssemblies().Select(ReadMetadata)]);

    /// <summary>The contract, which is the bridge's own for every script.</summary>
    public static PortableExecutableReference Contract => Framework.Value.OfType<PortableExecutableReference>()
        .First(reference => reference.FilePath == ContractAssembly.Location);

    /// <summary>Compiles a script.</summary>
    /// <param name="path">The script, as an absolute path.</param>
    /// <param name="globals">The type whose members it may use as if they were its own; null for none.</param>
    /// <param name="files">Every file that was read or looked for, also when it does not compile.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="ScriptException">It does not compile.</exception>
    public static ScriptImage Compile(string path, Type? globals, out IReadOnlyCollection<string> files, CancellationToken cancellation)
    {
        var sources = new ScriptSources(path);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var compiling = giveUp.Token;
        try
        {
            return ScriptThread.TryRun(() => Compile(path, globals, sources, compiling), Limit + ScriptPackages.Limit, cancellation, out var image)
                ? image
                : throw new ScriptException($"{path}: error: The compiler did not end within {(Limit + ScriptPackages.Limit).TotalSeconds:0} s.");
        }
        catch (ScriptException exception)
        {
            throw new ScriptException(exception.Message) { Files = sources.Files };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new ScriptException($"{path}: error: The compiler failed: {ExceptionText.Summary(exception)}") { Files = sources.Files };
        }
        finally
        {
            files = sources.Files;
            giveUp.Cancel();
        }
    }

    private static ScriptImage Compile(string path, Type? globals, ScriptSources sources, CancellationToken cancellation)
    {
        var references = new ScriptReferences(path, sources);
        var compilation = Create(path, sources, references, globals);
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(
            assembly,
            symbols,
            options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb),
            cancellationToken: cancellation);
        if (!result.Success)
        {
            throw Describe(compilation, references, result, cancellation);
        }

        if (UncalledMain.Find(compilation.SyntaxTrees) is { } main)
        {
            throw new ScriptException(UncalledMain.Describe(main));
        }

        var entry = compilation.GetEntryPoint(cancellation)!;
        return new ScriptImage(
            ScriptGuards.PutInto(assembly, symbols),
            new ScriptEntryPoint(entry.ContainingType.MetadataName, entry.MetadataName),
            references.Found)
        {
            Natives = references.Natives,
        };
    }

    private static Compilation Create(string path, ScriptSources sources, ScriptReferences references, Type? globals)
    {
        var options = ScriptOptions.Default
            .WithFilePath(path)
            .WithFileEncoding(Encoding.UTF8)
            .WithEmitDebugInformation(true)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithSourceResolver(sources)
            .WithMetadataResolver(references)
            .WithReferences(Framework.Value)
            .WithImports(Imports);
        var compilation = CSharpScript.Create(sources.ReadRoot(), options, globals).GetCompilation();

        // what it loads is read with the trees
        _ = compilation.SyntaxTrees.Count();
        compilation = compilation.AddReferences(references.ReadPackages());

        // all on the thread that has the stack for it
        return compilation.WithOptions(((CSharpCompilationOptions)compilation.Options).WithConcurrentBuild(false));
    }

    private static ScriptException Describe(
        Compilation compilation, ScriptReferences references, EmitResult emitted, CancellationToken cancellation)
    {
        // emitting ends at the first stage that finds errors
        var errors = Errors(compilation.GetDiagnostics(cancellation));
        if (errors.Count == 0)
        {
            errors = Errors(emitted.Diagnostics);
        }

        var lines = errors.Take(MostErrors).Select(error => LineOf(error, references)).ToList();
        if (errors.Count > MostErrors)
        {
            lines.Add($"and {errors.Count - MostErrors} errors more");
        }

        return new ScriptException(string.Join('\n', lines));
    }

    private static List<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    private static string LineOf(Diagnostic error, ScriptReferences references)
    {
        const string ReferenceNotFound = "CS0006";
        const string NameNotFound = "CS0246";
        var span = error.Location.GetMappedLineSpan();
        var message = error.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        var hint = error.Id == ReferenceNotFound ? references.DescribeSearch()
            : error.Id == NameNotFound && message.Contains($"'{ContractAssembly.FormerName}'", StringComparison.Ordinal)
                ? $" {ContractAssembly.FormerRemedy}"
            : "";
        return $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): error {error.Id}: "
            + $"{message}{hint}";
    }

    /// <summary>Reads what a compiler asks of an assembly, and not its code: that is four fifths of the framework, which
    /// <see cref="MetadataReference.CreateFromFile(string, MetadataReferenceProperties, DocumentationProvider?)"/> would keep
    /// in memory.</summary>
    private static MetadataReference ReadMetadata(string path) =>
        AssemblyMetadata.CreateFromStream(File.OpenRead(path), PEStreamOptions.PrefetchMetadata).GetReference(filePath: path);
}
