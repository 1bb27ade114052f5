using System.Diagnostics;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Telemetry;

namespace FleetBridge.Core.Requests;

/// <summary>One request in the metrics and in the trace. It learns on the way what the request is about.</summary>
internal sealed class RequestMeasure : IDisposable
{
    /// <summary>Stands for whatever is not known here, as OpenTelemetry's conventions have it.</summary>
    private const string Other = "_OTHER";

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Activity? _activity;
    private string _backend = Other;
    private string _version = Other;
    private string _path = Other;
    private string _result = "cancelled";

    private RequestMeasure(ActivityContext trace) =>
        _activity = Instruments.Source.StartActivity("request", ActivityKind.Server, trace);

    /// <summary>Begins.</summary>
    /// <param name="trace">The caller's trace; nothing for a new one.</param>
    /// <returns>The measure; null while nobody looks.</returns>
    public static RequestMeasure? Begin(ActivityContext trace) =>
        Instruments.Requests.Enabled || Instruments.Source.HasListeners() ? new RequestMeasure(trace) : null;

    /// <summary>Which of the installed backends it asks.</summary>
    public void IsFor(InstalledBackend backend) => (_backend, _version) = (backend.Name, backend.Version);

    /// <summary>Which path it asks for.</summary>
    /// <param name="path">A path of the bridge's own or of the backend's; never as it was asked for.</param>
    public void IsFor(string path) => _path = path;

    /// <summary>How it was answered.</summary>
    public void Answered(BridgeAnswer answer) => _result = answer.Status switch
    {
        AnswerStatus.NotLoaded => "not_loaded",
        AnswerStatus.Malformed => "malformed",
        AnswerStatus.NotFound => "not_found",
        _ => answer.Result switch
        {
            { Overall: OverallResult.True } => "true",
            { Overall: OverallResult.InvalidSettings } => "invalid_settings",
            { Error: OperationCall.Cancelled } => "cancelled",
            _ => "false",
        },
    };

    /// <summary>Ends it; without an answer it counts as cancelled.</summary>
    public void Dispose()
    {
        var tags = new TagList
        {
            { Instruments.BackendTag, _backend },
            { Instruments.VersionTag, _version },
            { Instruments.PathTag, _path },
            { Instruments.ResultTag, _result },
        };
        Instruments.Requests.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, tags);
        if (_activity is null)
        {
            return;
        }

        foreach (var (name, value) in tags)
        {
            _activity.SetTag(name, value);
        }

        _activity.DisplayName = $"{_backend}/{_version}/{_path}";
        _activity.SetStatus(_result == "true" ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        _activity.Dispose();
    }
}
