namespace FleetBridge.Fleet.Model;

/// <summary>Which server processes there are, and which are free.</summary>
internal sealed partial class FleetModel
{
    /// <summary>Ended processes that are remembered, so that a request that is repeated has its answer.</summary>
    private const int EndedProcesses = 1_000;

    private const int AnswersPerProcess = 8;

    private readonly Dictionary<string, NumberedIndex<ServerProcess>> _processesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<(string FleetId, string Location), SortedSet<(long Number, string ProcessId)>> _available = [];
    private readonly Queue<(long Number, string ProcessId)> _endedProcesses = [];
    private long _connection;

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<ServerProcess> Processes => _processes.All;

    public ServerProcess? FindProcess(string processId) => _processes.Find(processId);

    /// <exception cref="FleetException">NotFoundException.</exception>
    public ServerProcess GetProcess(string processId) => FindProcess(processId) ?? throw NotFound(
        $"Server process {processId} is not known to this host. It has to connect (InitSDK) before anything else.");

    /// <summary>A fleet's processes in the order in which they came.</summary>
    public IEnumerable<ServerProcess> ProcessesOf(string fleetId, string? location = null) =>
        _processesOf.TryGetValue(fleetId, out var processes)
            ? location is null ? processes.After() : processes.After().Where(one => one.Location == location)
            : [];

    /// <summary>Whether a game session may be given to the process: ready, heard of, connected, of a registered compute.</summary>
    public static bool IsAvailable(ServerProcess process) => process is
    { State: ServerProcessState.Ready, IsConnected: true, HeartbeatSeen: true, IsRetired: false };

    private string? FirstAvailable(string fleetId, string location) =>
        _available.TryGetValue((fleetId, location), out var free) && free.Count > 0 ? free.Min.ProcessId : null;

    private void OnProcessChanged(ServerProcess? before, ServerProcess? after)
    {
        if (before is not null && (after is null || before.Number != after.Number || before.FleetId != after.FleetId))
        {
            _processesOf[before.FleetId].Remove(before.Number);
        }

        if (after is not null)
        {
            SweepBy(DueTimeOf(after));
            if (!_processesOf.TryGetValue(after.FleetId, out var processes))
            {
                _processesOf[after.FleetId] = processes = new NumberedIndex<ServerProcess>();
            }

            processes.Set(after.Number, after);
        }

        if (before is not null && IsAvailable(before))
        {
            _available[(before.FleetId, before.Location)].Remove((before.Number, before.ProcessId));
        }

        if (after is not null && IsAvailable(after))
        {
            if (!_available.TryGetValue((after.FleetId, after.Location), out var free))
            {
                _available[(after.FleetId, after.Location)] = free = [];
            }

            free.Add((after.Number, after.ProcessId));
        }

        if (after is { State: ServerProcessState.Ended } && before is not { State: ServerProcessState.Ended })
        {
            _endedProcesses.Enqueue((after.Number, after.ProcessId));
        }
    }

    /// <summary>Forgets the oldest of the ended processes.</summary>
    private void ForgetEnded()
    {
        while (_endedProcesses.Count > EndedProcesses)
        {
            var (number, processId) = _endedProcesses.Dequeue();
            if (_processes.Find(processId) is { State: ServerProcessState.Ended } process && process.Number == number)
            {
                _processes.Remove(processId);
            }
        }
    }
}
