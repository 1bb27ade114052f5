using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;

namespace FleetBridge.Gateway.Page;

/// <summary>
/// The page's files, as they were packed at build: each one compressed twice, and one hash of all in their addresses. They are read from
/// the assembly when they are asked for, and not kept.
/// </summary>
internal sealed class PageAssets
{
    private const string Prefix = "page/";
    private const string HashName = "hash";
    private const string Brotli = ".br";
    private const string Gzip = ".gz";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
    };

    private readonly Assembly _assembly = typeof(PageAssets).Assembly;
    private readonly FrozenSet<string> _names;

    public PageAssets()
    {
        _names = _assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Brotli, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Brotli.Length])
            .ToFrozenSet(StringComparer.Ordinal);
        using var hash = new StreamReader(_assembly.GetManifestResourceStream(Prefix + HashName)!);
        Hash = hash.ReadToEnd();
    }

    /// <summary>The hash of all files, which is part of their addresses.</summary>
    public string Hash { get; }

    /// <summary>The names of all files.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Finds a file.</summary>
    /// <param name="name">Its exact name; it never becomes a path.</param>
    /// <param name="encodings">What the client reads: the header Accept-Encoding.</param>
    /// <returns>The file; null when there is none of that name.</returns>
    public PageAsset? Find(string name, string encodings)
    {
        if (!_names.Contains(name))
        {
            return null;
        }

        var type = ContentTypes[Path.GetExtension(name)];
        if (Accepts(encodings, "br"))
        {
            return new PageAsset(Read(name + Brotli), type, "br");
        }

        if (Accepts(encodings, "gzip"))
        {
            return new PageAsset(Read(name + Gzip), type, "gzip");
        }

        using var packed = new MemoryStream(Read(name + Brotli));
        using var stream = new BrotliStream(packed, CompressionMode.Decompress);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new PageAsset(content.ToArray(), type, null);
    }

    private static bool Accepts(string encodings, string encoding) => encodings.Split(',').Any(each =>
    {
        var parts = each.Split(';', StringSplitOptions.TrimEntries);
        return parts[0].Equals(encoding, StringComparison.OrdinalIgnoreCase) && !parts.Skip(1).Any(part => part is "q=0" or "q=0.0" or "q=0.00" or "q=0.000");
    });

    private byte[] Read(string name)
    {
        using var stream = _assembly.GetManifestResourceStream(Prefix + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}

/// <summary>A file of the page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Encoding">How it is compressed; null when it is not.</param>
internal sealed record PageAsset(byte[] Content, string ContentType, string? Encoding);
