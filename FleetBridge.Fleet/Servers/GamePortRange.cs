using System.Globalization;

namespace FleetBridge.Fleet.Servers;

/// <summary>The UDP ports that game servers may have.</summary>
/// <param name="First">The first; 0 for any free one.</param>
/// <param name="Last">The last.</param>
internal readonly record struct GamePortRange(int First, int Last)
{
    /// <summary>The server SDKs accept ports up to here.</summary>
    public const int Highest = 60_000;

    /// <summary>From Unreal's own port on.</summary>
    public static GamePortRange Default { get; } = new(7777, 7876);

    /// <summary>How many there are.</summary>
    public int Count => First == 0 ? Highest : Last - First + 1;

    /// <summary>Reads a port or a range, such as <c>7777-7876</c>; null for anything else.</summary>
    public static GamePortRange? Parse(string text)
    {
        var ends = text.Split('-');
        var ports = ends.Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : -1).ToList();
        return ports switch
        {
            [0] => new GamePortRange(0, 0),
            [>= 1 and <= Highest and var only] => new GamePortRange(only, only),
            [>= 1 and var first, <= Highest and var last] when first <= last => new GamePortRange(first, last),
            _ => null,
        };
    }

    /// <summary>Whether a port is one of them.</summary>
    public bool Contains(int port) => First == 0 || (port >= First && port <= Last);

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
