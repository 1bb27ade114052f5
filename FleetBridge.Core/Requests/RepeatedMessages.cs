using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>
/// What the requests of one series have logged, such as the checks of a wait: each says again what the one before it has said, and
/// that is not logged again.
/// </summary>
internal sealed class RepeatedMessages
{
    private readonly Lock _lock = new();
    private HashSet<string> _before = [];
    private HashSet<string> _now = [];

    /// <summary>Begins with the next request.</summary>
    public void Next()
    {
        lock (_lock)
        {
            (_before, _now) = (_now, []);
        }
    }

    /// <summary>A logger that leaves out what the request before this one has logged.</summary>
    public ILogger Filter(ILogger logger) => new Filtered(this, logger);

    private bool IsNew(string message)
    {
        lock (_lock)
        {
            _now.Add(message);
            return !_before.Contains(message);
        }
    }

    private sealed class Filtered(RepeatedMessages messages, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (messages.IsNew($"{logLevel} {formatter(state, exception)}"))
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
