namespace FleetBridge.Fleet.Installers;

/// <summary>
/// Whether the symbolic links of a folder stay in it, as the system would follow them: the names alone do not say so, since a link to
/// a folder changes what <c>..</c> behind it means.
/// </summary>
/// <param name="links">The links: their paths and their targets, relative to the folder and with slashes.</param>
internal sealed class InsideLinks(IReadOnlyDictionary<string, string> links)
{
    /// <summary>As Linux: a longer way counts as a loop.</summary>
    private const int MostSteps = 40;

    /// <summary>Why a link cannot be used; null when it stays inside. One that points to nothing inside is left as it is.</summary>
    /// <param name="link">The link's path.</param>
    public string? FindProblem(string link)
    {
        var place = new List<string>();
        var ahead = new Stack<string>(Names(link).Reverse());
        for (var steps = 0; ahead.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (place.Count == 0)
                {
                    return "points out of the folder";
                }

                place.RemoveAt(place.Count - 1);
                continue;
            }

            place.Add(name);
            if (links.TryGetValue(string.Join('/', place), out var target))
            {
                if (++steps > MostSteps)
                {
                    return "points to itself over other links";
                }

                if (target.StartsWith('/'))
                {
                    return "points out of the folder";
                }

                place.RemoveAt(place.Count - 1);
                foreach (var next in Names(target).Reverse())
                {
                    ahead.Push(next);
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".");
}
