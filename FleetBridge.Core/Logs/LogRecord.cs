using FleetBridge.Core.Text;
using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>
/// One record of the log, rendered and redacted, on one line: a text that brings line breaks or control characters with it cannot make
/// lines of its own. File, editor and terminal share it: none of them renders it again.
/// </summary>
/// <param name="localTime">When it was logged, in local time.</param>
/// <param name="level">Serilog's level.</param>
/// <param name="name">The backend's name, or <see cref="BridgeName"/>.</param>
/// <param name="text">The message, without secrets, and with its exception's text.</param>
internal sealed class LogRecord(DateTime localTime, LogEventLevel level, string name, string text)
{
    /// <summary>The name of the bridge's own records.</summary>
    public const string BridgeName = "fleetbridge";

    /// <summary>What the editor's JSON has around name and text.</summary>
    private const int FrameSize = 80;

    public DateTime LocalTime => localTime;

    public LogEventLevel Level => level;

    /// <summary>Whether it says why a request failed (<see cref="FailedRequest"/>).</summary>
    public bool IsFailedRequest { get; init; }

    /// <summary>Why a request failed or a backend cannot be loaded; null for any other record.</summary>
    public string? Reason { get; init; }

    /// <summary>The editor in whose request it was logged (<see cref="RequestOrigin"/>).</summary>
    public int Origin { get; init; } = RequestOrigin.Current;

    /// <summary>Whether that editor's module has got it already (<see cref="EditorStreams"/>).</summary>
    public bool IsStreamed { get; set; }

    public string Name { get; } = VisibleText.Of(name);

    public string Text { get; } = VisibleText.Of(text);

    /// <summary>The length of the editor's JSON, if no character of it has to be escaped. Bounds and batches count in it.</summary>
    public int Size => FrameSize + Name.Length + Text.Length;

    /// <summary>The editor's name for the level: <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c> or <c>CRITICAL</c>.</summary>
    public string LevelName => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        LogEventLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    /// <summary>The name for a logger's category: backends keep theirs, all of the program's own types share one.</summary>
    public static string NameOf(string? category) =>
        category is null
            || category.StartsWith("FleetBridge.", StringComparison.Ordinal)
            || category.StartsWith("Microsoft.", StringComparison.Ordinal)
            ? BridgeName
            : category;
}
