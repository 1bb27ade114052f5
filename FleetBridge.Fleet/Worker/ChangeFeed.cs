using System.Runtime.CompilerServices;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>Tells readers of changes. A slow one gets the newest state of each server, and holds nobody up.</summary>
internal sealed class ChangeFeed
{
    private readonly Lock _lock = new();
    private readonly List<Reader> _readers = [];

    /// <summary>A server has changed.</summary>
    public void Tell(ObservedServer server)
    {
        lock (_lock)
        {
            foreach (var reader in _readers)
            {
                reader.Newest[server.Id] = server;
                reader.Wake.Set();
            }
        }
    }

    /// <summary>All changes from now on. The reader is known when this returns, not only when it reads.</summary>
    public IAsyncEnumerable<ObservedServer> Read(CancellationToken cancellation)
    {
        var reader = new Reader();
        lock (_lock)
        {
            _readers.Add(reader);
        }

        return ReadAsync(reader, cancellation);
    }

    private async IAsyncEnumerable<ObservedServer> ReadAsync(Reader reader, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await reader.Wake.WaitAsync(cancellation).ConfigureAwait(false);
                List<ObservedServer> changed;
                lock (_lock)
                {
                    changed = [.. reader.Newest.Values];
                    reader.Newest.Clear();
                }

                foreach (var server in changed)
                {
                    yield return server;
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(reader);
            }
        }
    }

    private sealed class Reader
    {
        public Wake Wake { get; } = new();

        public Dictionary<string, ObservedServer> Newest { get; } = [];
    }
}
