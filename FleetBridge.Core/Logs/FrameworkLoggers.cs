using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// What the framework's server logs: warnings and worse, and what was wrong with a client's request. Its scopes are left out:
/// they would be made for each connection, and nothing reads them. A client may cause any number of its warnings, so they are counted.
/// </summary>
internal sealed class FrameworkLoggers(ILoggerFactory inner, RefusalLog refusals) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => categoryName == RefusedRequests.Category
        ? new RefusedRequests(refusals)
        : new Warnings(inner.CreateLogger(categoryName), refusals);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>Nothing: the inner factory has another owner.</summary>
    public void Dispose()
    {
    }

    private sealed class Warnings(ILogger inner, RefusalLog refusals) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning && exception is null)
            {
                refusals.Refused($"{eventId.Id} {eventId.Name}", formatter(state, exception));
            }
            else if (logLevel >= LogLevel.Warning)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
