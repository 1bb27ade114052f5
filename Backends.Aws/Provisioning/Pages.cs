using System.Runtime.CompilerServices;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Reads listings to their last page: AWS returns one page per call, and the resource may be on any of them.</summary>
internal static class Pages
{
    /// <summary>No account may have as many of anything that is listed here.</summary>
    public const int MostPages = 1_000;

    /// <summary>All items of a listing.</summary>
    /// <param name="read">Reads the page of a token; null for the first page.</param>
    /// <param name="items">A page's items; null for none.</param>
    /// <param name="nextToken">The token of the next page; null or empty after the last one.</param>
    /// <param name="cancellation">Ends the listing.</param>
    /// <exception cref="BackendException">AWS returns a token again, or pages without end.</exception>
    public static async IAsyncEnumerable<TItem> AllAsync<TPage, TItem>(
        Func<string?, Task<TPage>> read,
        Func<TPage, IEnumerable<TItem>?> items,
        Func<TPage, string?> nextToken,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? token = null;
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await read(token).ConfigureAwait(false);
            foreach (var item in items(page) ?? [])
            {
                yield return item;
            }

            var following = nextToken(page);
            if (following is { Length: > 0 } && !tokens.Add(following))
            {
                throw new BackendException(
                    "AWS keeps returning the same page of a listing.", "Try again; if it happens again, please report it.");
            }

            if (tokens.Count >= MostPages)
            {
                throw new BackendException(
                    $"A listing of AWS has more than {MostPages} pages.", "Check AWS_ENDPOINT_URL; if it is not set, please report it.");
            }

            token = following;
        }
        while (token is { Length: > 0 });
    }
}
