using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The logger that a backend is given. What it logs becomes text at once, since a value or an exception of the backend's
/// own type that waited in a queue would keep its code in memory.
/// </summary>
internal sealed class BackendLogger(Serilog.ILogger log) : ILogger
{
    private const string TextProperty = "Text";

    // Built once: the text is a value, so braces in it mean nothing.
    private static readonly MessageTemplate Template = new MessageTemplateParser().Parse($"{{{TextProperty}:l}}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && log.IsEnabled(ToSerilog(logLevel));

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text}\n{ExceptionText.Of(exception)}";
        }

        log.Write(new LogEvent(
            TimeProvider.System.GetLocalNow(),
            ToSerilog(logLevel),
            exception: null,
            Template,
            [new LogEventProperty(TextProperty, new ScalarValue(text))]));
    }

    /// <summary>The text of an event that a backend logged, without rendering it.</summary>
    /// <param name="logEvent">The event.</param>
    /// <param name="text">The text.</param>
    /// <returns>Whether a backend logged it.</returns>
    public static bool TryGetText(LogEvent logEvent, [NotNullWhen(true)] out string? text)
    {
        text = ReferenceEquals(logEvent.MessageTemplate, Template)
            && logEvent.Properties.TryGetValue(TextProperty, out var value)
            ? (value as ScalarValue)?.Value as string
            : null;
        return text is not null;
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
internal sealed class BackendLoggers(Serilog.ILogger root)
{
    private readonly ConcurrentDictionary<string, BackendLogger> _byName = new(StringComparer.Ordinal);

    /// <summary>The logger of a backend.</summary>
    /// <param name="name">The name by which it was asked for; an installed one, so that there are only a few.</param>
    /// <returns>The logger.</returns>
    public ILogger For(string name) => _byName.GetOrAdd(
        name, key => new BackendLogger(root.ForContext(Serilog.Core.Constants.SourceContextPropertyName, key)));
}
