using System.Collections.Concurrent;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Link;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers;

/// <summary>The workers of a running host: their links from the start on, and the rest when the store is open.</summary>
internal sealed class WorkerService : IHostedService, IAsyncDisposable
{
    private readonly LinkServer _server;
    private readonly ConcurrentDictionary<string, (string? Remote, string? Local)> _addresses = new(StringComparer.Ordinal);
    private bool _isStopped;

    /// <param name="opening">The fleet, once its store is open.</param>
    /// <param name="tlsPort">The host's port with TLS.</param>
    /// <param name="isTokenAlwaysNeeded">Whether workers on this machine need a join token too.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="frameworkLoggers">Loggers for the framework.</param>
    /// <param name="clock">The clock of every wait.</param>
    public WorkerService(
        Task<FleetControl> opening, int tlsPort, bool isTokenAlwaysNeeded, ILoggerFactory loggers, ILoggerFactory frameworkLoggers, TimeProvider clock)
    {
        var links = new WorkerLinks { AddressesOf = id => _addresses.GetValueOrDefault(id) };
        _server = new LinkServer(new LinkServerOptions(), links, clock, loggers, frameworkLoggers);
        links.Attach(_server);
        Fleet = OpenAsync();

        async Task<WorkerFleet> OpenAsync() =>
            new(await opening.ConfigureAwait(false), links, tlsPort, loggers.CreateLogger<WorkerFleet>(), clock)
            {
                IsTokenAlwaysNeeded = isTokenAlwaysNeeded,
                Fingerprint = () => Fingerprint?.Invoke() ?? Task.FromResult<string?>(null),
            };
    }

    /// <summary>The fingerprint of the host's certificate.</summary>
    public Func<Task<string?>>? Fingerprint { get; set; }

    /// <summary>The workers and their servers, once the store is open.</summary>
    public Task<WorkerFleet> Fleet { get; }

    /// <summary>Serves a worker's link, whose id was made sure of.</summary>
    public async Task AcceptAsync(HttpContext context, string workerId)
    {
        await Fleet.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        _addresses[workerId] = (context.Connection.RemoteIpAddress?.ToString(), context.Connection.LocalIpAddress?.ToString());
        await _server.AcceptAsync(context, workerId).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tells the workers to come back to the next host.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!Interlocked.Exchange(ref _isStopped, true))
        {
            _server.CloseAll();
            if (Fleet.IsCompletedSuccessfully)
            {
                await Fleet.Result.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
