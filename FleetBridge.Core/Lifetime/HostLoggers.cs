using FleetBridge.Core.Logs;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Lifetime;

/// <summary>The bridge's log as the host's: there is no second pipeline. The framework's own categories log warnings only.</summary>
internal sealed class HostLoggers(BridgeLog log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) =>
        (categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) ? log.FrameworkLoggers : log.Loggers).CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>Does nothing: the log outlives the host.</summary>
    public void Dispose()
    {
    }
}
