using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>A search: which game sessions, in which order.</summary>
internal sealed class GameSessionSearch
{
    private readonly SearchExpression? _filter;
    private readonly Comparison<GameSession> _order;

    /// <summary>Reads a search.</summary>
    /// <param name="filter">The FilterExpression; null finds all.</param>
    /// <param name="sort">The SortExpression; null: in the order in which the sessions were made (GameLift's is random).</param>
    /// <exception cref="FormatException">One of them is wrong; the message says which, and where.</exception>
    public GameSessionSearch(string? filter, string? sort)
    {
        _filter = filter is null ? null : Named("FilterExpression", () => SearchParser.Parse(filter));
        var order = sort is null ? null : Named("SortExpression", () => SearchSort.Parse(sort));
        _order = (left, right) => order?.Invoke(left, right) is { } compared and not 0 ? compared : left.Number.CompareTo(right.Number);
    }

    /// <summary>A page of the sessions that are found. Only ACTIVE ones are, and none that has a property whose key contains a
    /// period, as GameLift has it.</summary>
    /// <param name="sessions">Where to search.</param>
    /// <param name="start">How many to pass over.</param>
    /// <param name="count">How many at most.</param>
    public (List<GameSession> Sessions, bool HasMore) Page(IEnumerable<GameSession> sessions, int start, int count)
    {
        // the first ones without sorting the others: the page's last one is on top
        var end = start + count;
        var first = new PriorityQueue<GameSession, GameSession>(Comparer<GameSession>.Create((left, right) => _order(right, left)));
        var found = 0;
        foreach (var session in sessions)
        {
            if (session.Status != GameSessionStatus.ACTIVE || !IsSearchable(session) || _filter?.Matches(session) == false)
            {
                continue;
            }

            found++;
            if (first.Count < end)
            {
                first.Enqueue(session, session);
            }
            else
            {
                first.EnqueueDequeue(session, session);
            }
        }

        var page = new List<GameSession>();
        while (first.Count > start)
        {
            page.Add(first.Dequeue());
        }

        page.Reverse();
        return (page, found > end);
    }

    private static bool IsSearchable(GameSession session)
    {
        foreach (var property in session.GameProperties)
        {
            if (property.Key.Contains('.', StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static T Named<T>(string member, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{member}: {exception.Message}", exception);
        }
    }
}
