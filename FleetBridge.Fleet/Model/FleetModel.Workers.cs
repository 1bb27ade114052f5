namespace FleetBridge.Fleet.Model;

/// <summary>
/// The workers, their servers and the commands: tables in which the room Workers works, so that what it changes is stored and taken back
/// together with the fleet's own records.
/// </summary>
internal sealed partial class FleetModel
{
    private readonly SortedDictionary<long, ServerCommand> _openCommands = [];
    private readonly NumberedIndex<PlacedServer> _placedInOrder = new();
    private readonly Dictionary<string, NumberedIndex<ServerCommand>> _commandsOf = new(StringComparer.Ordinal);

    public Table<FleetWorker> Workers { get; }

    public Table<PlacedServer> PlacedServers { get; }

    public Table<ServerObservation> Observations { get; }

    public Table<ServerCommand> Commands { get; }

    public Table<JoinToken> JoinTokens { get; }

    /// <summary>The servers in the order in which they were made.</summary>
    public IEnumerable<PlacedServer> PlacedAfter(long number) => _placedInOrder.After(number);

    /// <summary>The commands without an outcome, in the order in which they were given.</summary>
    public IEnumerable<ServerCommand> OpenCommands => _openCommands.Values;

    /// <summary>A server's commands in the order in which they were given.</summary>
    public IEnumerable<ServerCommand> CommandsOf(string serverId) => _commandsOf.TryGetValue(serverId, out var commands) ? commands.After() : [];

    /// <summary>The next number of a record; each is given out once.</summary>
    public long TakeNumber() => NextNumber();

    private void OnPlacedChanged(PlacedServer? before, PlacedServer? after)
    {
        if (after is not null)
        {
            _placedInOrder.Set(after.Number, after);
        }
        else
        {
            _placedInOrder.Remove(before!.Number);
        }
    }

    private void OnCommandChanged(ServerCommand? before, ServerCommand? after)
    {
        if (after is { IsOpen: true })
        {
            _openCommands[after.Number] = after;
        }
        else
        {
            _openCommands.Remove((after ?? before!).Number);
        }

        var serverId = (after ?? before!).ServerId;
        if (!_commandsOf.TryGetValue(serverId, out var commands))
        {
            _commandsOf[serverId] = commands = new NumberedIndex<ServerCommand>();
        }

        if (after is not null)
        {
            commands.Set(after.Number, after);
        }
        else
        {
            commands.Remove(before!.Number);
            if (commands.Count == 0)
            {
                _commandsOf.Remove(serverId);
            }
        }
    }
}
