using System.Diagnostics.CodeAnalysis;

namespace FleetBridge.Hosting;

/// <summary>
/// The changing operations that run at this moment: two on the same resource and prefix would undo each other. It belongs
/// to the bridge, so a reload of the backend in between does not forget them.
/// </summary>
internal sealed class ExclusiveOperations
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Backend, string Resource, string Prefix), string> _running = [];

    /// <summary>Begins an operation unless another one has its place.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <param name="resource">The resource's path.</param>
    /// <param name="prefix">The deployment's prefix; empty for a backend without one.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="hold">Ends it when disposed, however often; null when another operation runs.</param>
    /// <param name="other">The name of the one that runs; null when none does.</param>
    /// <returns>Whether it may run.</returns>
    public bool TryBegin(
        string backend,
        string resource,
        string prefix,
        string operation,
        [NotNullWhen(true)] out IDisposable? hold,
        [NotNullWhen(false)] out string? other)
    {
        var key = (backend, resource, prefix);
        lock (_lock)
        {
            if (_running.TryGetValue(key, out other))
            {
                hold = null;
                return false;
            }

            _running.Add(key, operation);
        }

        hold = new Hold(this, key);
        return true;
    }

    private void End((string, string, string) key)
    {
        lock (_lock)
        {
            _running.Remove(key);
        }
    }

    private sealed class Hold(ExclusiveOperations owner, (string, string, string) key) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                owner.End(key);
            }
        }
    }
}
