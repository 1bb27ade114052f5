using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using FleetBridge.Backends.Files;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Reads a script and what it loads: UTF-8, relative to the file that names it.
/// </summary>
/// <param name="root">The script.</param>
internal sealed class ScriptSources(string root) : SourceReferenceResolver
{
    private const long Largest = 64 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SourceFileResolver _files = new(ImmutableArray<string>.Empty, Path.GetDirectoryName(root));

    private readonly ConcurrentDictionary<string, bool> _looked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _references = new(StringComparer.Ordinal);

    /// <summary>Every file that was read, and every one that was looked for, until now.</summary>
    public IReadOnlyCollection<string> Files => [.. _looked.Keys];

    /// <summary>What the files that were read until now name with <c>#r</c>.</summary>
    public IReadOnlyCollection<string> References => [.. _references.Keys];

    /// <summary>Remembers a file.</summary>
    /// <param name="path">The file.</param>
    public void Look(string path) => _looked[path] = true;

    /// <summary>The script's text. One without any code cannot be compiled; one that does nothing can.</summary>
    /// <exception cref="ScriptException">It cannot be read.</exception>
    public string ReadRoot()
    {
        var text = Read(root, out var code);
        return code.ChildNodes().Any() ? text : text + "\n;";
    }

    public override string? NormalizePath(string path, string? baseFilePath) => _files.NormalizePath(path, baseFilePath);

    public override string? ResolveReference(string path, string? baseFilePath)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var found = _files.ResolveReference(path, baseFilePath);
        if (found is null)
        {
            // it may come into being: then the script is another one
            Look(Path.GetFullPath(path, Path.GetDirectoryName(baseFilePath ?? root)!));
        }
        else if (string.Equals(found, root, StringComparison.Ordinal))
        {
            throw new ScriptException($"{baseFilePath ?? root}: error: #load \"{path}\" makes the script load itself.");
        }

        return found;
    }

    public override Stream OpenRead(string resolvedPath) => new MemoryStream(Encoding.UTF8.GetBytes(Read(resolvedPath, out _)));

    public override SourceText ReadText(string resolvedPath) => SourceText.From(Read(resolvedPath, out _), Encoding.UTF8);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private string Read(string path, out SyntaxNode code)
    {
        Look(path);
        ReadOnlySpan<byte> bytes = ReadBytes(path);
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            var text = Strict.GetString(bytes);
            code = ScriptNesting.Check(path, text);
            foreach (var reference in ((CompilationUnitSyntax)code).GetReferenceDirectives())
            {
                _references[reference.File.ValueText] = true;
            }

            return text;
        }
        catch (DecoderFallbackException exception)
        {
            var line = bytes[..Math.Clamp(exception.Index, 0, bytes.Length)].Count((byte)'\n') + 1;
            throw new ScriptException($"{path}({line},1): error: The file is not UTF-8. Save it as UTF-8.");
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return UserFile.ReadAllBytes(path, Largest);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"{path}: error: The file cannot be read: {exception.Message}");
        }
    }
}
