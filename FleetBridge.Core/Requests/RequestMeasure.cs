using System.Diagnostics;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Telemetry;

namespace FleetBridge.Core.Requests;

/// <summary>One request in the metrics and in the trace.</summary>
internal sealed class RequestMeasure : IDisposable
{
    /// <summary>The value for whatever is not known, by OpenTelemetry's conventions.</summary>
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
    /// <returns>The measure; null while nobody listens.</returns>
    public static RequestMeasure? Begin(ActivityContext trace) =>
        Instruments.Requests.Enabled || Instruments.Source.HasListeners() ? new RequestMeasure(trace) : null;

    /// <summary>Sets the backend.</summary>
    public void IsFor(InstalledBackend backend) => (_backend, _version) = (backend.Name, backend.Version);

    /// <summary>Sets the path.</summary>
    /// <param name="path">A path of the bridge's own or of the backend's; never the request's own text, which may be anything.</param>
    public void IsFor(string path) => _path = path;

    /// <summary>Sets the result.</summary>
    /// <param name="response">The response.</param>
    public void HasResponse(BridgeResponse response) => _result = response.Status switch
    {
        ResponseStatus.NotLoaded => "not_loaded",
        ResponseStatus.Malformed => "malformed",
        ResponseStatus.NotFound => "not_found",
        _ => response.Result switch
        {
            { Overall: OverallResult.True } => "true",
            { Overall: OverallResult.InvalidSettings } => "invalid_settings",
            { Error: OperationCall.Cancelled } => "cancelled",
            _ => "false",
        },
    };

    /// <summary>Ends it; without a response it counts as cancelled.</summary>
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
