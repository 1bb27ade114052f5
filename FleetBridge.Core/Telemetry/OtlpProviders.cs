using System.Diagnostics.Tracing;
using FleetBridge.Core.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FleetBridge.Core.Telemetry;

/// <summary>OpenTelemetry's SDK, configured by its own variables. The only class that knows it.</summary>
internal sealed class OtlpProviders : IAsyncDisposable
{
    private const string ServiceName = "fleetbridge";

    private readonly int _flushMilliseconds;
    private readonly ExporterTroubles _troubles;
    private readonly MeterProvider _meters;
    private readonly TracerProvider _tracers;

    /// <summary>Begins to export.</summary>
    /// <param name="flushLimit">How long the end may take.</param>
    /// <param name="onTrouble">Hears why something could not be sent.</param>
    public OtlpProviders(TimeSpan flushLimit, Action<string> onTrouble)
    {
        _flushMilliseconds = (int)flushLimit.TotalMilliseconds;
        _troubles = new ExporterTroubles(onTrouble);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(Instruments.MeterName).AddOtlpExporter().Build();
        _tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource()).AddSource(Instruments.MeterName).AddOtlpExporter().Build();
    }

    /// <summary>Sends what is left. The SDK blocks while it does.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Task.Run(() => _meters.Shutdown(_flushMilliseconds)), Task.Run(() => _tracers.Shutdown(_flushMilliseconds)))
            .ConfigureAwait(false);
        _meters.Dispose();
        _tracers.Dispose();
        _troubles.Dispose();
    }

    /// <summary>Who sends. The variables come last, since what is added later counts.</summary>
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(ServiceName, serviceVersion: ProgramInfo.Version)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>The exporter throws nothing; it tells its troubles to whoever listens to its event source.</summary>
    private sealed class ExporterTroubles(Action<string> onTrouble) : EventListener
    {
        private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Exporter)
            {
                EnableEvents(eventSource, EventLevel.Error);
            }
        }

        // The first line of an exception; the rest of what is told may hold the address with a password in it.
        protected override void OnEventWritten(EventWrittenEventArgs eventData) => onTrouble(
            eventData.Payload?.OfType<string>().FirstOrDefault(text => text.Contains("Exception", StringComparison.Ordinal))?
                .Split('\n')[0].Trim() ?? eventData.EventName ?? "no reason given");
    }
}
