using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>A page of a listing, and the token that leads to the next one. A token holds a position, and fits only the listing with
/// the filters that it was issued for.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextToken">Null at the end.</param>
internal sealed record ApiPage<T>(List<T> Items, string? NextToken);

/// <summary>Listings in pages.</summary>
internal static class ApiPage
{
    private const int DefaultSize = 50;
    private const int MaximumSize = 200;
    private const int CheckLength = 8;

    /// <summary>A page of items that have numbers, so that what comes and goes between two pages moves nothing.</summary>
    /// <param name="items">All items, in the order of their numbers.</param>
    /// <param name="number">An item's number.</param>
    /// <param name="listing">The operation with its filters.</param>
    /// <param name="limit">How many the caller wants at most.</param>
    /// <param name="token">The caller's NextToken.</param>
    /// <param name="newestFirst">Whether the numbers fall.</param>
    /// <exception cref="ApiException">The token was not issued for this listing.</exception>
    public static ApiPage<T> Of<T>(
        IEnumerable<T> items, Func<T, long> number, string listing, int? limit, string? token, bool newestFirst = false)
    {
        var size = Math.Min(limit ?? DefaultSize, MaximumSize);
        var after = token is null ? (long?)null : Position(token, listing);
        var page = new List<T>(Math.Min(size, 16));
        foreach (var item in items)
        {
            if (after is { } last && (newestFirst ? number(item) >= last : number(item) <= last))
            {
                continue;
            }

            if (page.Count == size)
            {
                return new(page, Token(listing, number(page[^1])));
            }

            page.Add(item);
        }

        return new(page, null);
    }

    /// <summary>A token.</summary>
    /// <param name="listing">The operation with its filters.</param>
    /// <param name="position">Where the page ends.</param>
    public static string Token(string listing, long position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + CheckLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        Check(listing, bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The number after which a page begins: for listings that can begin there.</summary>
    /// <param name="token">The caller's NextToken.</param>
    /// <param name="listing">The operation with its filters.</param>
    /// <exception cref="ApiException">The token was not issued for this listing.</exception>
    public static long After(string? token, string listing) => token is null ? 0 : Position(token, listing);

    /// <summary>The position that a token holds.</summary>
    /// <param name="token">The token.</param>
    /// <param name="listing">The operation with its filters.</param>
    /// <exception cref="ApiException">It was not issued for this listing.</exception>
    public static long Position(string token, string listing)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + CheckLength];
        Span<byte> expected = stackalloc byte[sizeof(long) + CheckLength];
        if (token.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.IsValid(token)
            && Base64Url.TryDecodeFromChars(token, bytes, out var length)
            && length == bytes.Length)
        {
            bytes[..sizeof(long)].CopyTo(expected);
            Check(listing, expected);
            if (bytes.SequenceEqual(expected))
            {
                return BinaryPrimitives.ReadInt64BigEndian(bytes);
            }
        }

        throw ApiException.Invalid(
            "The NextToken was not issued for this request: repeat the request that issued it, with the same parameters, or leave it out.");
    }

    private static void Check(string listing, Span<byte> token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(listing));
        hash.AppendData(token[..sizeof(long)]);
        hash.GetHashAndReset()[..CheckLength].CopyTo(token[sizeof(long)..]);
    }
}
