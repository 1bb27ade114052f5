using FleetBridge.Core.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>Offers the metrics of a running bridge, and exports them if OpenTelemetry's variables name a collector.</summary>
internal sealed class TelemetryService(Func<BridgeGauges> createGauges, ILoggerFactory loggers, TimeProvider clock) : IHostedService
{
    private TelemetryExport? _export;

    /// <summary>The bridge's own gauges; null before the start.</summary>
    public BridgeGauges? Gauges { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Gauges = createGauges();
        _export = TelemetryExport.Begin(loggers, clock);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_export is not null)
        {
            await _export.DisposeAsync().ConfigureAwait(false);
        }

        Gauges?.Dispose();
    }
}
