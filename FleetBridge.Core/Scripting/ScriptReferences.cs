using System.Collections.Immutable;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Contract;
using Microsoft.CodeAnalysis;

namespace FleetBridge.Core.Scripting;

/// <summary>Finds what scripts name with <c>#r</c>: files, relative to the script that names them, and packages.</summary>
/// <param name="root">The script.</param>
/// <param name="sources">The script's files, which are all read by the first reference.</param>
internal sealed class ScriptReferences(string root, ScriptSources sources) : MetadataReferenceResolver
{
    /// <summary>How large an assembly may be.</summary>
    public const long MostBytes = 256 * 1024 * 1024;

    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>What was found, as absolute paths.</summary>
    public IReadOnlyList<string> Found => [.. _found];

    /// <summary>The native libraries of its packages.</summary>
    public IReadOnlyList<NativeLibraryFile> Natives { get; private set; } = [];

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (reference.Contains('\0', StringComparison.Ordinal))
        {
            return [];
        }

        if (ScriptPackage.Is(reference))
        {
            // a directive may stand for one assembly only, and a package has any number: they are added by themselves
            return [ScriptCompiler.Contract.WithProperties(properties)];
        }

        var path = Path.GetFullPath(reference, Path.GetDirectoryName(baseFilePath ?? root)!);
        if (ContractAssembly.IsNamed(Path.GetFileNameWithoutExtension(path)))
        {
            // named for the editor's completion; there is one contract, the bridge's own, on whichever machine
            return [ScriptCompiler.Contract.WithProperties(properties)];
        }

        sources.Look(path);
        if (!File.Exists(path))
        {
            _missing.Add(path);
            return [];
        }

        _found.Add(path);

        // read at once, and not held open: a build may overwrite it
        return [MetadataReference.CreateFromImage(Read(path), properties, filePath: path)];
    }

    /// <summary>Restores the packages that the script and what it loads name, all together: those that need a third one have to agree
    /// about its version.</summary>
    /// <returns>Their assemblies, for the compiler.</returns>
    /// <exception cref="ScriptException">They cannot be restored.</exception>
    public ImmutableArray<PortableExecutableReference> ReadPackages()
    {
        var packages = sources.References.Where(ScriptPackage.Is).Select(reference => ScriptPackage.Read(reference, root)).Distinct().ToList();
        if (packages.Count == 0)
        {
            return [];
        }

        var assemblies = ScriptPackages.Restore(packages, root);
        _found.UnionWith(assemblies.Run);
        Natives = assemblies.Natives;
        return [.. assemblies.Compiled.Select(path => MetadataReference.CreateFromImage(Read(path), filePath: path))];
    }

    private static byte[] Read(string path)
    {
        try
        {
            return UserFile.ReadAllBytes(path, MostBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"{path}: error: The assembly cannot be read: {exception.Message}");
        }
    }

    /// <summary>The end of the sentence about one that was not found.</summary>
    public string DescribeSearch() => $". Looked for {string.Join(", ", _missing)}.";

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
