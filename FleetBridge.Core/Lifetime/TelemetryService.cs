using FleetBridge.Core.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Lifetime;

/// <summary>Offers the metrics of a running process, and exports them if OpenTelemetry's variables name a collector.</summary>
/// <typeparam name="TGauges">The process's own gauges.</typeparam>
internal sealed class TelemetryService<TGauges>(Func<TGauges> createGauges, ILoggerFactory loggers, TimeProvider clock) : IHostedService
    where TGauges : class, IDisposable
{
    private TelemetryExport? _export;

    /// <summary>The gauges; null before the start.</summary>
    public TGauges? Gauges { get; private set; }

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
