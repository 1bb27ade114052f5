using Microsoft.Extensions.Hosting;

namespace FleetBridge.Core.Lifetime;

/// <summary>
/// A part that starts at once, before there is a host. The host starts it in its order too, which waits for that start, and
/// stops it as every other part.
/// </summary>
internal sealed class EarlyStart(IHostedService service) : IHostedService
{
    private readonly Task _started = service.StartAsync(CancellationToken.None);

    public Task StartAsync(CancellationToken cancellationToken) => _started.WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => service.StopAsync(cancellationToken);
}
