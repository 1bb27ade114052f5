using System.Numerics;
using System.Security.Cryptography;

namespace Amazon.Emulation.S3;

/// <summary>A body as it comes in: counted, and hashed or kept as far as it is wanted.</summary>
internal sealed class S3Content : IDisposable
{
    private static readonly uint[] Crc32Table = FillCrc32();

    private readonly IncrementalHash? _md5;
    private readonly IncrementalHash? _sha1;
    private readonly IncrementalHash? _sha256;
    private readonly MemoryStream? _kept;
    private readonly bool _crc32;
    private readonly bool _crc32C;
    private uint _crc32Value = uint.MaxValue;
    private uint _crc32CValue = uint.MaxValue;

    /// <summary>Begins.</summary>
    /// <param name="bodies">What becomes of it.</param>
    /// <param name="isClaimed">Whether the client says a checksum of this name, in lower case.</param>
    public S3Content(S3Bodies bodies, Func<string, bool> isClaimed)
    {
        _kept = bodies == S3Bodies.Keep ? new MemoryStream() : null;
        if (bodies != S3Bodies.Discard)
        {
            _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            _sha1 = isClaimed("x-amz-checksum-sha1") ? IncrementalHash.CreateHash(HashAlgorithmName.SHA1) : null;
            _sha256 = isClaimed("x-amz-checksum-sha256") || isClaimed("x-amz-content-sha256")
                ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256)
                : null;
            _crc32 = isClaimed("x-amz-checksum-crc32");
            _crc32C = isClaimed("x-amz-checksum-crc32c");
        }
    }

    public long Size { get; private set; }

    /// <summary>What was kept.</summary>
    public byte[]? Bytes => _kept?.ToArray();

    /// <summary>The MD5; null when it was not computed.</summary>
    public byte[]? Md5 => _md5?.GetCurrentHash();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Size += bytes.Length;
        _md5?.AppendData(bytes);
        _sha1?.AppendData(bytes);
        _sha256?.AppendData(bytes);
        _kept?.Write(bytes);
        if (_crc32)
        {
            foreach (var value in bytes)
            {
                _crc32Value = Crc32Table[(byte)(_crc32Value ^ value)] ^ (_crc32Value >> 8);
            }
        }

        if (_crc32C)
        {
            foreach (var value in bytes)
            {
                _crc32CValue = BitOperations.Crc32C(_crc32CValue, value);
            }
        }
    }

    /// <summary>Holds the body against what was said of it.</summary>
    /// <param name="name">A header or a trailer, in lower case.</param>
    /// <param name="claim">Its value.</param>
    public void Check(string name, string claim)
    {
        var (actual, code) = name switch
        {
            "content-md5" => (Base64(_md5), "BadDigest"),
            "x-amz-checksum-sha1" => (Base64(_sha1), "BadDigest"),
            "x-amz-checksum-sha256" => (Base64(_sha256), "BadDigest"),
            "x-amz-checksum-crc32" => (_crc32 ? Base64(~_crc32Value) : null, "BadDigest"),
            "x-amz-checksum-crc32c" => (_crc32C ? Base64(~_crc32CValue) : null, "BadDigest"),
            "x-amz-content-sha256" when claim.Length == 64 =>
                (_sha256 is null ? null : Convert.ToHexStringLower(_sha256.GetCurrentHash()), "XAmzContentSHA256Mismatch"),
            _ => (null, ""),
        };
        if (actual is not null && actual != claim)
        {
            throw new S3Exception(400, code, $"The {name} that you specified did not match what was received.");
        }
    }

    public void Dispose()
    {
        _md5?.Dispose();
        _sha1?.Dispose();
        _sha256?.Dispose();
        _kept?.Dispose();
    }

    private static string? Base64(IncrementalHash? hash) => hash is null ? null : Convert.ToBase64String(hash.GetCurrentHash());

    private static string Base64(uint crc) =>
        Convert.ToBase64String([(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);

    private static uint[] FillCrc32()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
