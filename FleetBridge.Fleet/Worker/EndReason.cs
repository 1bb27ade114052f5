using System.Globalization;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Worker;

/// <summary>Why a server has ended, in words, with its last lines.</summary>
internal static class EndReason
{
    private const string LinesFollow = " Its last lines:\n";

    /// <summary>An end that nobody has asked for.</summary>
    /// <param name="exit">How it ended.</param>
    /// <param name="ran">How long it ran.</param>
    /// <param name="wasReady">Whether it was ready.</param>
    /// <param name="cause">Why this worker has ended it; null when it ended by itself.</param>
    public static string OfCrash(ServerExit exit, TimeSpan ran, bool wasReady, string? cause)
    {
        var seconds = ran.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var when = wasReady ? $"after it was ready, {seconds} s after its start" : $"before it was ready, {seconds} s after its start";
        return WithLines(cause is null ? $"It {HowOf(exit)} {when}." : $"{cause} It {HowOf(exit)}, {seconds} s after its start.", exit);
    }

    /// <summary>The end of a process that has had its game session.</summary>
    public static string OfSession(ServerExit exit, TimeSpan ran) => string.Create(
        CultureInfo.InvariantCulture,
        $"It had its game session and {HowOf(exit)}, {ran.TotalSeconds:0.0} s after its start.{LeftBehind(exit)}");

    /// <summary>An end that was asked for.</summary>
    public static string OfStop(ServerExit exit, string asked) => $"{asked} It {HowOf(exit)}.{LeftBehind(exit)}";

    /// <summary>A reason without the lines that the server printed last: in a list of ends they would be in the way.</summary>
    public static string? WithoutLines(string? reason) =>
        reason?.IndexOf(LinesFollow, StringComparison.Ordinal) is { } at and >= 0 ? reason[..at] : reason;

    private static string HowOf(ServerExit exit) => exit switch
    {
        { IsOutOfMemory: true } => "was killed by the system because memory ran out (SIGKILL)",
        { Signal: { } signal } => $"was ended by {signal}",
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exited with code {code}"),
        _ => "ended",
    };

    private static string WithLines(string sentence, ServerExit exit)
    {
        var note = exit.Note is null ? "" : $" {exit.Note}";
        return exit.LastLines is { Count: > 0 } lines
            ? $"{sentence}{note}{LeftBehind(exit)}{LinesFollow}{string.Join('\n', lines)}"
            : $"{sentence}{note}{LeftBehind(exit)} It printed nothing.";
    }

    private static string LeftBehind(ServerExit exit) => exit.LeftBehind switch
    {
        0 => "",
        1 => " A process that it left behind was ended.",
        var count => string.Create(CultureInfo.InvariantCulture, $" {count} processes that it left behind were ended."),
    };
}
