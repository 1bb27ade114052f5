using System.Collections.Concurrent;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The logger that a backend is given. What it logs becomes text at once, since a value or an exception of the backend's
/// own type that waited for a reader would keep its code in memory. The text needs nothing of Serilog's pipeline.
/// </summary>
internal sealed class BackendLogger(LogPublisher publisher, string category) : ILogger
{
    private readonly string _name = LogRecord.NameOf(category);
    private readonly RecordRedaction _redaction = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.None)
        {
            return;
        }

        var text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text}\n{ExceptionText.Of(exception)}";
        }

        publisher.Publish(new LogRecord(
            TimeProvider.System.GetLocalNow().DateTime, ToSerilog(logLevel), _name, _redaction.Clean(text ?? "")));
    }

    private static LogEventLevel ToSerilog(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Fatal,
    };
}

/// <summary>One logger for each name by which a backend is asked for.</summary>
internal sealed class BackendLoggers(LogPublisher publisher)
{
    private readonly ConcurrentDictionary<string, BackendLogger> _byName = new(StringComparer.Ordinal);

    /// <summary>The logger of a backend.</summary>
    /// <param name="name">The name by which it was asked for; an installed one, so that there are only a few.</param>
    public ILogger For(string name) => _byName.GetOrAdd(name, key => new BackendLogger(publisher, key));
}
