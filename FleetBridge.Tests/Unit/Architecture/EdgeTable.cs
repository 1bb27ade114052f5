namespace FleetBridge.Tests.Unit.Architecture;

/// <summary>That one room, or project, uses another.</summary>
/// <param name="From">The room that uses, such as <c>FleetBridge.Core/Client</c>.</param>
/// <param name="To">The room that is used.</param>
internal sealed record Edge(string From, string To)
{
    public override string ToString() => $"{From} -> {To}";
}

/// <summary>The edges that are allowed. A line is <c>room -> room room</c>, where a room without a slash is of the first one's project.
/// </summary>
internal sealed class EdgeTable
{
    private const string Arrow = " -> ";

    private readonly HashSet<Edge> _allowed = [];

    /// <summary>Reads a table.</summary>
    /// <param name="text">Its lines.</param>
    public static EdgeTable Parse(string text)
    {
        var table = new EdgeTable();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('['))
            {
                continue;
            }

            var (from, targets) = line.Split(Arrow) is [var left, var right] ? (left, right) : throw new FormatException($"'{line}' is no edge.");
            foreach (var target in targets.Split(' '))
            {
                var edge = new Edge(from, from.Contains('/') && !target.Contains('/') ? $"{from[..from.LastIndexOf('/')]}/{target}" : target);
                Assert.True(table._allowed.Add(edge), $"{edge} is twice in the table.");
            }
        }

        return table;
    }

    /// <summary>What is wrong with a tree.</summary>
    /// <param name="found">Its edges, each with the file that makes it.</param>
    /// <returns>A sentence for each new edge and for each that nothing makes any more.</returns>
    public IReadOnlyList<string> Compare(IReadOnlyCollection<(string File, Edge Edge)> found)
    {
        var used = found.Select(one => one.Edge).ToHashSet();
        return
        [
            .. found.Where(one => !_allowed.Contains(one.Edge)).Distinct().Select(one =>
                $"{one.File} uses {one.Edge.To}, which {one.Edge.From} does not use so far. Cut it, or allow '{one.Edge}'.").Order(),
            .. _allowed.Except(used).Select(edge => $"'{edge}' is allowed, and no file needs it: remove it.").Order(),
        ];
    }

    /// <summary>Looks for a circle among the allowed edges.</summary>
    /// <returns>The rooms of one, the first again at its end; empty when there is none.</returns>
    public IReadOnlyList<string> FindCircle()
    {
        var uses = _allowed.ToLookup(edge => edge.From, edge => edge.To);
        var done = new HashSet<string>();
        return _allowed.Select(edge => Visit(edge.From, [])).FirstOrDefault(circle => circle.Count > 0) ?? [];

        IReadOnlyList<string> Visit(string room, IReadOnlyList<string> above)
        {
            if (above.Contains(room))
            {
                return [.. above.SkipWhile(other => other != room), room];
            }

            if (done.Contains(room))
            {
                return [];
            }

            var circle = uses[room].Select(next => Visit(next, [.. above, room])).FirstOrDefault(below => below.Count > 0) ?? [];
            done.Add(room);
            return circle;
        }
    }
}
