using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FleetBridge.Backends;

/// <summary>
/// Shows a call to another service in the bridge's metrics and traces: begin it before the call, say how the call ended, dispose it.
/// </summary>
/// <remarks>
/// A meter, an activity source or a delegate that a backend makes itself is known to the whole process and keeps the backend
/// in memory forever (decision 11). These are the bridge's, and only strings and numbers cross. The names are those of
/// OpenTelemetry's semantic conventions for RPC and AWS.
/// </remarks>
public sealed class RemoteCall : IDisposable
{
    /// <summary>The name of the bridge's meter, and of its activity source.</summary>
    public const string MeterName = "FleetBridge";

    private const string OtherError = "_OTHER";
    private const int LongestError = 64;

    private static readonly Meter Meter = new(MeterName);
    private static readonly ActivitySource Source = new(MeterName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "fleetbridge.remote.call.duration",
        "s",
        "Duration of calls to other services, with all their attempts.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] });

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "fleetbridge.remote.call.attempts", "{attempt}", "Attempts to call other services, including retries.");

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly string _system;
    private readonly string _service;
    private readonly string _operation;
    private readonly Activity? _activity;
    private string? _error = OtherError;
    private int? _status;
    private int _attempts = 1;
    private bool _disposed;

    private RemoteCall(string system, string service, string operation)
    {
        (_system, _service, _operation) = (system, service, operation);
        _activity = Source.StartActivity($"{service}/{operation}", ActivityKind.Client);
    }

    /// <summary>Begins a call.</summary>
    /// <param name="system">What kind of services it is one of, such as <c>aws-api</c>.</param>
    /// <param name="service">The service's name, such as <c>GameLift</c>: one of a few, never a user's text.</param>
    /// <param name="operation">The operation's name, such as <c>ListBuilds</c>: one of a few, never a user's text.</param>
    /// <returns>The call; null while nobody collects metrics or traces.</returns>
    public static RemoteCall? Begin(string system, string service, string operation) =>
        Duration.Enabled || Attempts.Enabled || Source.HasListeners() ? new RemoteCall(system, service, operation) : null;

    /// <summary>The call succeeded.</summary>
    /// <param name="status">The HTTP status of its response; null where there is none.</param>
    /// <param name="attempts">How many attempts it took.</param>
    public void Succeed(int? status = null, int attempts = 1) => (_error, _status, _attempts) = (null, status, attempts);

    /// <summary>The call failed.</summary>
    /// <param name="error">The service's code of the error, or the exception's type. What is not a word of letters, digits,
    /// dots, hyphens and underscores, of 64 at most, is shown as <c>_OTHER</c>.</param>
    /// <param name="status">The HTTP status of its response; null when there was none.</param>
    /// <param name="attempts">How many attempts it took.</param>
    public void Fail(string error, int? status = null, int attempts = 1) =>
        (_error, _status, _attempts) = (IsWord(error) ? error : OtherError, status, attempts);

    /// <summary>Ends it; a call that neither succeeded nor failed counts as failed.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        var tags = new TagList { { "rpc.system", _system }, { "rpc.service", _service }, { "rpc.method", _operation } };
        if (_status is { } status)
        {
            tags.Add("http.response.status_code", status);
        }

        if (_error is { } error)
        {
            tags.Add("error.type", error);
        }

        Duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, tags);
        Attempts.Add(_attempts, tags);
        EndActivity(tags);
    }

    private void EndActivity(in TagList tags)
    {
        if (_activity is null)
        {
            return;
        }

        foreach (var (name, value) in tags)
        {
            _activity.SetTag(name, value);
        }

        if (_attempts > 1)
        {
            _activity.SetTag("http.request.resend_count", _attempts - 1);
        }

        _activity.SetStatus(_error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        _activity.Dispose();
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= LongestError
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
