using System.Globalization;
using System.Text;
using Amazon.Emulation.Models;

namespace Amazon.Emulation.Wire;

/// <summary>Listings in pages that are smaller than anyone asks for, with tokens that only fit their own listing.</summary>
internal sealed class Paging(AwsRules rules)
{
    /// <summary>A page.</summary>
    /// <param name="items">All items.</param>
    /// <param name="listing">The listing with its filters: a token of another one does not fit.</param>
    /// <param name="asked">How many the caller wants at most.</param>
    /// <param name="token">Where the page before ended; null for the first one.</param>
    /// <param name="wrongToken">Makes the error for a token that is not one.</param>
    public (IReadOnlyList<T> Items, string? Next) Page<T>(
        IReadOnlyList<T> items, string listing, int? asked, string? token, Func<AwsError> wrongToken)
    {
        var start = token is null ? 0 : Start(token, listing) ?? throw wrongToken();
        var page = items.Skip(start).Take(Math.Min(asked ?? int.MaxValue, rules.PageSize)).ToList();
        var end = start + page.Count;
        return (page, end < items.Count ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{listing}\n{end}")) : null);
    }

    private static int? Start(string token, string listing)
    {
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var count))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, count).Split('\n');
        return parts.Length == 2 && parts[0] == listing && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var start) ? start : null;
    }
}
