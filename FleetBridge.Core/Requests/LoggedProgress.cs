using FleetBridge.Backends;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>Writes progress to the log, at most once a second and always at the end of an activity.</summary>
internal sealed partial class LoggedProgress(ILogger logger, TimeProvider clock) : IProgress<OperationProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string? _activity;
    private long _last;

    public void Report(OperationProgress value)
    {
        lock (_lock)
        {
            var ended = value.Fraction >= 1;
            if (!ended && value.Activity == _activity && clock.GetElapsedTime(_last) < Pause)
            {
                return;
            }

            _activity = value.Activity;
            _last = clock.GetTimestamp();
        }

        var percent = value.Fraction is { } fraction ? $": {fraction * 100:0} %" : "";
        LogProgress(value.Activity, percent, value.Detail is { } detail ? $", {detail}" : "");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Activity}{Percent}{Detail}")]
    private partial void LogProgress(string activity, string percent, string detail);
}
