using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace Amazon.Emulation.S3;

/// <summary>A part that was sent.</summary>
internal sealed record S3Part(long Size, string ETag, byte[]? Md5, byte[]? Content);

/// <summary>A multipart upload that is neither complete nor aborted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key.</param>
internal sealed record S3Multipart(string Id, string Bucket, string Key)
{
    /// <summary>5 MiB, for all but the last ("Amazon S3 multipart upload limits").</summary>
    public const int SmallestPart = 5 * 1024 * 1024;

    private const int MostParts = 10_000;

    public ConcurrentDictionary<int, S3Part> Parts { get; } = new();

    /// <summary>Reads a part's number.</summary>
    public static int ReadNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostParts
            ? number
            : throw new S3Exception(
                400, "InvalidArgument", $"Part number must be an integer between 1 and {MostParts}, inclusive.");

    /// <summary>Puts the parts together that the client lists.</summary>
    public S3Object Complete(string body)
    {
        var listed = Read(body);
        var parts = new List<S3Part>();
        if (listed.Zip(listed.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
        {
            throw new S3Exception(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
        }

        for (var i = 0; i < listed.Count; i++)
        {
            if (!Parts.TryGetValue(listed[i].Number, out var part) || part.ETag != listed[i].ETag)
            {
                throw new S3Exception(400, "InvalidPart", "One or more of the specified parts could not be found.");
            }

            if (part.Size < SmallestPart && i < listed.Count - 1)
            {
                throw new S3Exception(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.");
            }

            parts.Add(part);
        }

        var etag = parts.TrueForAll(part => part.Md5 is not null) ? ETagOf(parts) : parts[0].ETag;
        var content = parts.TrueForAll(part => part.Content is not null) ? Joined(parts) : null;
        return new S3Object(Bucket, Key, parts.Sum(part => part.Size), $"{etag}-{parts.Count}", parts.Count, content);
    }

    private static byte[] Joined(List<S3Part> parts)
    {
        var content = new MemoryStream();
        parts.ForEach(part => content.Write(part.Content!));
        return content.ToArray();
    }

    private static string ETagOf(List<S3Part> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        parts.ForEach(part => md5.AppendData(part.Md5!));
        return Convert.ToHexStringLower(md5.GetHashAndReset());
    }

    private static List<(int Number, string ETag)> Read(string body)
    {
        try
        {
            var root = XDocument.Parse(body).Root!;
            var parts = root.Elements(root.Name.Namespace + "Part").Select(part => (
                ReadNumber(part.Element(root.Name.Namespace + "PartNumber")!.Value),
                part.Element(root.Name.Namespace + "ETag")!.Value.Trim('"'))).ToList();
            return parts.Count > 0 ? parts : throw new FormatException();
        }
        catch (Exception exception) when (exception is System.Xml.XmlException or NullReferenceException or FormatException)
        {
            throw new S3Exception(
                400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema.");
        }
    }
}
