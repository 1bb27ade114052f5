using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Ports;

/// <summary>What Kestrel's TLS takes from a container, without one: loggers, and its own instruments.</summary>
internal sealed class ServerServices(ILoggerFactory loggers) : IServiceProvider, IMeterFactory
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(ILoggerFactory) ? loggers
        : serviceType == typeof(IMeterFactory) ? this

        // the type of the instruments is internal
        : serviceType.Assembly == typeof(KestrelServer).Assembly && serviceType.IsClass ? ActivatorUtilities.CreateInstance(this, serviceType)
        : null;

    /// <summary>A meter that lives as long as the process.</summary>
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
