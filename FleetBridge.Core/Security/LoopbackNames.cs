namespace FleetBridge.Core.Security;

/// <summary>
/// The names of this machine that the bridge accepts, compared exactly. Other spellings of the same addresses (127.1, a
/// trailing dot, [0:0:0:0:0:0:0:1]) are left out on purpose: no client of ours writes them, and each one that is read more
/// tolerantly here than in a browser is a way in.
/// </summary>
internal static class LoopbackNames
{
    private static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] Schemes = ["http://", "https://"];

    /// <summary>Whether a <c>Host</c> is this machine.</summary>
    /// <param name="authority">A name and perhaps a port.</param>
    /// <returns>True for one of the names, in any case, alone or with any port.</returns>
    public static bool IsAuthority(ReadOnlySpan<char> authority)
    {
        foreach (var name in Names)
        {
            if (authority.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return IsPortOrNothing(authority[name.Length..]);
            }
        }

        return false;
    }

    /// <summary>Whether an <c>Origin</c> is a web page served by this machine (RFC 6454, section 6.2: without a path).
    /// </summary>
    /// <param name="origin">The header's value.</param>
    /// <returns>True for http or https on one of the names.</returns>
    public static bool IsOrigin(ReadOnlySpan<char> origin) => TryCutScheme(ref origin) && IsAuthority(origin);

    /// <summary>Whether a <c>Referer</c> is a web page served by this machine.</summary>
    /// <param name="address">The page's address.</param>
    /// <returns>True for http or https on one of the names, whatever the path.</returns>
    public static bool IsPage(ReadOnlySpan<char> address)
    {
        if (!TryCutScheme(ref address))
        {
            return false;
        }

        var end = address.IndexOfAny('/', '?', '#');
        return IsAuthority(end < 0 ? address : address[..end]);
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> rest) => rest switch
    {
        [] => true,
        [':', .. { Length: > 0 and <= 5 } digits] => !digits.ContainsAnyExceptInRange('0', '9') && int.Parse(digits) <= ushort.MaxValue,
        _ => false,
    };

    private static bool TryCutScheme(ref ReadOnlySpan<char> address)
    {
        foreach (var scheme in Schemes)
        {
            if (address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                address = address[scheme.Length..];
                return true;
            }
        }

        return false;
    }
}
