using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Containers;

/// <summary>Runs servers in containers, which live on with the engine while no worker is there.</summary>
internal sealed partial class DockerRunner : IServerRunner, IAsyncDisposable
{
    private readonly ContainerEngine _engine;
    private readonly RunRecords _records;
    private readonly ContainerLog _log;
    private readonly ContainerWatch _watch;
    private readonly ConcurrentDictionary<string, DockerServer> _servers = [];

    /// <param name="engine">The engine.</param>
    /// <param name="logger">The worker's log.</param>
    public DockerRunner(ContainerEngine engine, ILogger logger)
    {
        _engine = engine;
        _records = new RunRecords(Path.Combine(engine.Options.DataFolder, "containers"));
        _log = new ContainerLog(engine);
        _watch = new ContainerWatch(engine, () => [.. _servers.Values.Where(server => !server.Exited.IsCompleted)], logger);
    }

    public bool Runs(GameId game) => game.Kind == GameId.Docker;

    public async Task<IRunningServer> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        var image = InstalledImage.Read(request.InstallFolder)
            ?? throw new StartException("no_image", $"{request.InstallFolder} names no image: install the game again.", isRetryable: false);
        var record = new RunRecord(request.ServerId, request.RunId, _engine.Clock.GetUtcNow());
        var server = new DockerServer(_engine, record, Forget);
        try
        {
            await RemoveOlderAsync(request, cancellation).ConfigureAwait(false);
            _records.Write(record);
            await CreateAsync(request, image, server, cancellation).ConfigureAwait(false);
            await server.LookAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await RemoveContainerAsync(server.Container).ConfigureAwait(false);
            _records.Remove(record.RunId);
            server.Dispose();
            throw exception switch
            {
                DockerApiException refused => StartErrors.Of(refused, request),
                not OperationCanceledException when ContainerEngine.IsUnreachable(exception) => new StartException(
                    "no_engine", $"The container engine{_engine.Place} cannot be reached: {ContainerEngine.TextOf(exception)}.", isRetryable: true),
                _ => exception,
            };
        }

        _servers[server.RunId] = server;
        _watch.Start();
        return server;
    }

    /// <remarks>While the engine is away, what it ran counts as running: it may live on without the engine.</remarks>
    public async Task<IReadOnlyList<IRunningServer>> AdoptAsync(CancellationToken cancellation)
    {
        foreach (var record in _records.Read())
        {
            _servers[record.RunId] = new DockerServer(_engine, record, Forget);
        }

        if (!_servers.IsEmpty)
        {
            _watch.Start();
            await _watch.LookAsync(cancellation).ConfigureAwait(false);
        }

        return [.. _servers.Values];
    }

    public async Task ReadLogAsync(
        string serverFolder, string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        var containers = await ListAsync(serverId, cancellation).ConfigureAwait(false);
        var isFollowed = range.Follow && containers is [.., { } newest] && IsRunning(newest);
        await _log.ReadAsync([.. containers.Select(container => container.ID)], range with { Follow = isFollowed }, write, cancellation)
            .ConfigureAwait(false);
        if (range.Follow)
        {
            await FollowLaterRunsAsync(serverId, containers.Count > 0 ? containers[^1].ID : null, range, write, cancellation).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(string serverFolder, string serverId, CancellationToken cancellation)
    {
        foreach (var container in await ListAsync(serverId, cancellation).ConfigureAwait(false))
        {
            await RemoveContainerAsync(container.ID).ConfigureAwait(false);
        }

        var volumes = await _engine.CallAsync(
            (client, ending) => client.Volumes.ListAsync(new VolumesListParameters { Filters = FilterOf(serverId) }, ending), cancellation)
            .ConfigureAwait(false);
        foreach (var volume in volumes.Volumes ?? [])
        {
            await _engine.CallAsync((client, ending) => client.Volumes.RemoveAsync(volume.Name, true, ending), cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }
    }

    private async Task CreateAsync(StartRequest request, string image, DockerServer server, CancellationToken cancellation)
    {
        var specification = ContainerSpecification.Of(request, image, _engine.Options);
        await _engine.CallAsync((client, ending) => client.Containers.CreateContainerAsync(specification, ending), cancellation).ConfigureAwait(false);
        await server.AttachAsync(cancellation).ConfigureAwait(false);
        await _engine.CallAsync(
            (client, ending) => client.Containers.StartContainerAsync(server.Container, new ContainerStartParameters(), ending), cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>The container of the last run stays, for its log.</summary>
    private async Task RemoveOlderAsync(StartRequest request, CancellationToken cancellation)
    {
        var containers = await ListAsync(request.ServerId, cancellation).ConfigureAwait(false);
        if (containers.FirstOrDefault(IsRunning) is { } running)
        {
            throw new StartException(
                "still_running", $"The server's container {running.Names?.FirstOrDefault()} still runs: stop it with the docker command.", isRetryable: true);
        }

        foreach (var container in containers.SkipLast(1))
        {
            await RemoveContainerAsync(container.ID).ConfigureAwait(false);
        }
    }

    private async Task RemoveContainerAsync(string container)
    {
        try
        {
            await _engine.CallAsync(
                (client, ending) => client.Containers.RemoveContainerAsync(
                    container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, ending),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DockerApiException || ContainerEngine.IsUnreachable(exception))
        {
            // it never was, or the engine is away: its labels say what it is
        }
    }

    /// <summary>A server's containers, the oldest first.</summary>
    private async Task<IReadOnlyList<ContainerListResponse>> ListAsync(string serverId, CancellationToken cancellation)
    {
        var containers = await _engine.CallAsync(
            (client, ending) => client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = FilterOf(serverId) }, ending),
            cancellation).ConfigureAwait(false);

        // the engine lists the newest first, by nanoseconds; the times that it tells are seconds
        return [.. containers.Reverse()];
    }

    private Dictionary<string, IDictionary<string, bool>> FilterOf(string serverId) => ContainerLabels.Filter(
        $"{ContainerLabels.Worker}={_engine.Options.DataFolder}", $"{ContainerLabels.Server}={serverId}");

    /// <summary>Each run is a container of its own. It ends when nobody listens any more.</summary>
    private async Task FollowLaterRunsAsync(
        string serverId, string? last, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(ContainerWatch.Interval, _engine.Clock, cancellation).ConfigureAwait(false);
            var containers = await ListAsync(serverId, cancellation).ConfigureAwait(false);
            var known = containers.ToList().FindIndex(container => container.ID == last);
            foreach (var container in containers.Skip(known + 1))
            {
                last = container.ID;
                await _log.ReadAsync([last], new LogRange { Follow = IsRunning(container), To = range.To }, write, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool IsRunning(ContainerListResponse container) => container.State is "running" or "paused" or "restarting";

    private void Forget(DockerServer server)
    {
        _records.Remove(server.RunId);
        if (_servers.TryRemove(server.RunId, out _))
        {
            server.Dispose();
        }
    }
}
