using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Containers;

/// <summary>
/// Hears when containers end. Events say so at once, and break with the engine; so everything is also looked at when the events begin,
/// and now and then.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="running">The servers whose end is not known.</param>
/// <param name="logger">The worker's log.</param>
internal sealed partial class ContainerWatch(ContainerEngine engine, Func<IReadOnlyList<DockerServer>> running, ILogger logger) : IAsyncDisposable
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private Task? _events;
    private Task? _looks;
    private bool _isAway;
    private bool _isDisposed;

    /// <summary>Begins, the first time.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _events ??= Task.Run(FollowEventsAsync);
            _looks ??= Task.Run(LookAgainAsync);
        }
    }

    /// <summary>Looks at every container.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var server in running())
            {
                await server.LookAsync(cancellation).ConfigureAwait(false);
            }

            if (_isAway)
            {
                _isAway = false;
                LogBack(logger);
            }
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            if (!_isAway)
            {
                _isAway = true;
                LogAway(logger, ContainerEngine.TextOf(exception));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_events ?? Task.CompletedTask, _looks ?? Task.CompletedTask).ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task LookAgainAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, engine.Clock, _ending.Token).ConfigureAwait(false);
                await LookAsync(_ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // it is the end
        }
    }

    private async Task FollowEventsAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await engine.Client.System.MonitorEventsAsync(
                        new ContainerEventsParameters { Filters = ContainerLabels.Filter($"{ContainerLabels.Worker}={engine.Options.DataFolder}") },
                        new Ends(this),
                        _ending.Token).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
                {
                    // the looks say that it is away
                }

                await Task.Delay(Interval, engine.Clock, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // it is the end
        }
    }

    private async Task LookAtAsync(string run)
    {
        try
        {
            if (running().FirstOrDefault(server => server.RunId == run) is { } server)
            {
                await server.LookAsync(_ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (
            exception is DockerApiException or OperationCanceledException || ContainerEngine.IsUnreachable(exception))
        {
            // the next look at all of them
        }
    }

    /// <summary>Hears the events that end a container.</summary>
    private sealed class Ends(ContainerWatch watch) : IProgress<Message>
    {
        public void Report(Message value)
        {
            if (value is { Action: "die" or "destroy", Actor.Attributes: { } attributes } && attributes.TryGetValue(ContainerLabels.Run, out var run))
            {
                _ = watch.LookAtAsync(run);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The container engine is away, and what its servers do is not known: {Why}")]
    private static partial void LogAway(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The container engine is back")]
    private static partial void LogBack(ILogger logger);
}
