using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FleetBridge.Scripting;

/// <summary>
/// Reads a script and what it loads: UTF-8, relative to the file that names it, with the guard in it where it is to run.
/// </summary>
/// <param name="root">The script.</param>
/// <param name="guarded">Whether the guard is put in. Without it the columns of compile errors are those of the file.</param>
internal sealed class ScriptSources(string root, bool guarded)
    : SourceReferenceResolver
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SourceFileResolver _files = new(ImmutableArray<string>.Empty, Path.GetDirectoryName(root));
    private readonly HashSet<string> _loaded = new(StringComparer.Ordinal);

    /// <summary>Every file that was read, and every one that was looked for.</summary>
    public IReadOnlyCollection<string> Files => _loaded;

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
            _loaded.Add(Path.GetFullPath(path, Path.GetDirectoryName(baseFilePath ?? root)!));
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
        _loaded.Add(path);
        ReadOnlySpan<byte> bytes = ReadBytes(path);
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            var text = Strict.GetString(bytes);
            return guarded ? ScriptGuards.PutInto(text) : text;
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
