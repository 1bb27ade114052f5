using System.Globalization;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The number of the record before the first.</param>
internal readonly record struct PageRequest(int Limit, long After)
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1_000;

    /// <summary>Reads it from a query.</summary>
    /// <exception cref="ServerException"><c>invalid_query</c>.</exception>
    public static PageRequest Read(string? limit, string? after)
    {
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MostLimit))
        {
            throw new ServerException("invalid_query", $"limit is not a number from 1 to {MostLimit}.");
        }

        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new ServerException("invalid_query", "after is not what an earlier part of the list has in next.");
        }

        return new PageRequest(
            limit is null ? DefaultLimit : int.Parse(limit, CultureInfo.InvariantCulture),
            after is null ? long.MinValue : long.Parse(after, CultureInfo.InvariantCulture));
    }

    /// <summary>Takes the part from records in order.</summary>
    public Page<T> Take<TRecord, T>(IEnumerable<TRecord> records, Func<TRecord, long> number, Func<TRecord, T> view)
    {
        var items = new List<T>();
        var last = 0L;
        foreach (var record in records)
        {
            if (items.Count == Limit)
            {
                return new Page<T>(items, last.ToString(CultureInfo.InvariantCulture));
            }

            items.Add(view(record));
            last = number(record);
        }

        return new Page<T>(items, null);
    }
}
