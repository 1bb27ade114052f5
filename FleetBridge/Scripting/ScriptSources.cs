using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FleetBridge.Scripting;

/// <summary>
/// Reads a script and what it loads: UTF-8, relative to the file that names it.
/// </summary>
/// <param name="root">The script.</param>
internal sealed class ScriptSources(string root) : SourceReferenceResolver
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SourceFileResolver _files = new(ImmutableArray<string>.Empty, Path.GetDirectoryName(root));

    /// <summary>Every file that was read, and every one that was looked for.</summary>
    public HashSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The script's text.</summary>
    /// <exception cref="ScriptException">It cannot be read.</exception>
    public string ReadRoot() => Read(root);

    public override string? NormalizePath(string path, string? baseFilePath) => _files.NormalizePath(path, baseFilePath);

    public override string? ResolveReference(string path, string? baseFilePath)
    {
        var found = _files.ResolveReference(path, baseFilePath);
        if (found is null)
        {
            // it may come into being: then the script is another one
            Files.Add(Path.GetFullPath(path, Path.GetDirectoryName(baseFilePath ?? root)!));
        }
        else if (string.Equals(found, root, StringComparison.Ordinal))
        {
            throw new ScriptException($"{baseFilePath ?? root}: error: #load \"{path}\" loads the script into itself.");
        }

        return found;
    }

    public override Stream OpenRead(string resolvedPath) => new MemoryStream(Encoding.UTF8.GetBytes(Read(resolvedPath)));

    public override SourceText ReadText(string resolvedPath) => SourceText.From(Read(resolvedPath), Encoding.UTF8);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private string Read(string path)
    {
        Files.Add(path);
        ReadOnlySpan<byte> bytes = ReadBytes(path);
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            return Strict.GetString(bytes);
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
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"{path}: error: The file cannot be read: {exception.Message}");
        }
    }
}
