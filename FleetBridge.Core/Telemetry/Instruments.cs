using System.Diagnostics;
using System.Diagnostics.Metrics;
using FleetBridge.Backends;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Telemetry;

/// <summary>
/// The instruments for what is measured as it happens, created once for the process. While nobody listens, each costs the
/// check of a field. docs/architecture.md lists all names.
/// </summary>
/// <remarks>Names and units follow OpenTelemetry's semantic conventions. A tag is never what a client wrote: the number of
/// its values has to stay small, and the text is private.</remarks>
internal static class Instruments
{
    public const string MeterName = RemoteCall.MeterName;
    public const string BackendTag = "fleetbridge.backend.name";
    public const string VersionTag = "fleetbridge.backend.version";
    public const string PathTag = "fleetbridge.request.path";
    public const string ResultTag = "fleetbridge.request.result";
    public const string OutcomeTag = "fleetbridge.backend.load.outcome";
    public const string StatusTag = "http.response.status_code";

    private static readonly Meter Meter = new(MeterName, ProgramInfo.Version);

    /// <summary>The spans of requests.</summary>
    public static ActivitySource Source { get; } = new(MeterName, ProgramInfo.Version);

    /// <summary>Requests to backends, whoever asked. An upload takes half an hour, a check a few milliseconds.</summary>
    public static Histogram<double> Requests { get; } = Meter.CreateHistogram(
        "fleetbridge.request.duration",
        "s",
        "How long requests to backends took.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
        });

    /// <summary>Builds of backends that were tried.</summary>
    public static Histogram<double> Loads { get; } = Meter.CreateHistogram(
        "fleetbridge.backend.load.duration",
        "s",
        "How long it took to load builds of backends, by what became of them.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

    /// <summary>HTTP requests that were turned away, on both ports.</summary>
    public static Counter<long> Refusals { get; } = Meter.CreateCounter<long>(
        "fleetbridge.http.refusals", "{request}", "HTTP requests that got a status of 400 or more.");
}
