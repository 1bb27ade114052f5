using System.Runtime.CompilerServices;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Reads listings to their end: AWS gives a page at a time, and what is ours may stand on the last one.</summary>
internal static class Pages
{
    /// <summary>All items of a listing.</summary>
    /// <param name="ask">Asks for a page, the first with null.</param>
    /// <param name="items">A page's items; null for none.</param>
    /// <param name="next">What the next page is asked for with; null or empty after the last one.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="BackendException">AWS gives the same page again.</exception>
    public static async IAsyncEnumerable<TItem> AllAsync<TPage, TItem>(
        Func<string?, Task<TPage>> ask,
        Func<TPage, IEnumerable<TItem>?> items,
        Func<TPage, string?> next,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? token = null;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await ask(token).ConfigureAwait(false);
            foreach (var item in items(page) ?? [])
            {
                yield return item;
            }

            var following = next(page);
            if (following is { Length: > 0 } && following == token)
            {
                throw new BackendException(
                    "AWS gives the same page of a listing again and again.", "Try again; please report it if it stays so.");
            }

            token = following;
        }
        while (token is { Length: > 0 });
    }
}
