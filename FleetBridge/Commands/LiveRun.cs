using FleetBridge.Backends;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>How a deployment is shown while it runs: as a table that stays in its place where there is a terminal, and several resources
/// change; as lines of the log everywhere else.</summary>
internal sealed class LiveRun : IAsyncDisposable
{
    private readonly CliSession _session;
    private LiveTable? _table;

    private LiveRun(CliSession session, LiveTable? table) => (_session, _table) = (session, table);

    /// <summary>The table; null where there is none.</summary>
    public IDeploymentDisplay? Display => _table;

    /// <summary>Begins to show it.</summary>
    /// <param name="session">Whose log is shown.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="resources">The resources in the order of the operation.</param>
    /// <param name="json">Whether a program reads the result.</param>
    /// <param name="verbose">Whether to show all of the log.</param>
    public static LiveRun Begin(CliSession session, string operation, IEnumerable<ResourceOutline> resources, bool json, bool verbose)
    {
        ResourceOutline[] shown = [.. resources];
        if (json || shown.Length < 2 || operation is not (Operation.CreateName or Operation.DeleteName) || !LiveTable.Suits(Terminal.Error))
        {
            return new LiveRun(session, table: null);
        }

        var table = new LiveTable(Terminal.Error, shown, hasLog: !verbose, TimeProvider.System);
        session.ShowLogIn(table.Add);
        return new LiveRun(session, table);
    }

    /// <summary>Removes the table, so that the terminal is free for the result.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_table is { } table)
        {
            _table = null;
            await table.DisposeAsync().ConfigureAwait(false);
            _session.ShowLogIn(null);
        }
    }
}
