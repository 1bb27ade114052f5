using Microsoft.Extensions.Logging;

namespace FleetBridge.Logs;

/// <summary>
/// What the framework's server logs: warnings and worse, and what was wrong with a client's request. Without its scopes,
/// which would be made for each connection and looked at by nobody.
/// </summary>
internal sealed class FrameworkLoggers(ILoggerFactory inner) : ILoggerFactory
{
    private const string BadRequests = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public ILogger CreateLogger(string categoryName) =>
        new AtLeast(inner.CreateLogger(categoryName), categoryName == BadRequests ? LogLevel.Debug : LogLevel.Warning);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>Nothing: the inner factory is somebody else's.</summary>
    public void Dispose()
    {
    }

    private sealed class AtLeast(ILogger inner, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= least)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
