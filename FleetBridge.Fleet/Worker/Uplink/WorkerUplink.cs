using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Link;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>
/// What a worker says to its host, and does for it. In each new session it says everything (HELLO), the host says what should be
/// (DESIRED), and then both say what changes.
/// </summary>
internal sealed partial class WorkerUplink : ILinkHandler, IAsyncDisposable
{
    /// <summary>How often it reports its health. The host takes it for lost after five seconds without.</summary>
    public static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often it looks whether games of other kinds can be installed.</summary>
    private static readonly TimeSpan InstallableInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long the host may take to hear that the worker has shut down.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FarewellStep = TimeSpan.FromMilliseconds(50);

    private readonly UplinkOptions _options;
    private readonly WorkerCore _core;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly LinkClient _link;
    private readonly ConcurrentDictionary<string, LogReading> _readings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _telling = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reporting;
    private volatile bool _isGreeted;
    private bool _saidFrozen;
    private IReadOnlyDictionary<string, string> _saidInstallable = new Dictionary<string, string>();

    /// <param name="options">Who the worker is, and where its host is.</param>
    /// <param name="core">The worker's servers.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="clock">The clock of every wait.</param>
    public WorkerUplink(UplinkOptions options, WorkerCore core, ILoggerFactory loggers, TimeProvider clock)
    {
        (_options, _core, _clock, _logger) = (options, core, clock, loggers.CreateLogger<WorkerUplink>());
        _link = new LinkClient(
            new LinkOptions
            {
                Uri = new UriBuilder(options.Host.Link) { Query = $"id={Uri.EscapeDataString(options.WorkerId)}" }.Uri,
                Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {options.Secret}" },
                PinnedFingerprint = options.Fingerprint,

                // it has registered before: its servers need it, host or not
                FirstConnectLimit = null,

                // everything else is in the hello that follows, or is asked for again
                Survives = type => type is (int)LinkMessageType.Outcome or (int)LinkMessageType.Shutdown,
            },
            this,
            clock,
            loggers.CreateLogger<LinkClient>());
        _reporting = Task.WhenAll(ReportHealthAsync(), ReportInstallableAsync(), ReportChangesAsync());
    }

    /// <summary>What can be seen of the link now.</summary>
    public LinkStatus Status => _link.Status;

    /// <summary>Keeps the link until it is told to stop.</summary>
    /// <exception cref="LinkException">The host refuses this worker.</exception>
    public Task RunAsync(CancellationToken stopping) => _link.RunAsync(stopping);

    /// <summary>Says how each server has ended and that the worker has shut down, and waits a while until the host has heard it.</summary>
    public async Task SayShutdownAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(FarewellLimit, _clock);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ending.Token);
            await SayFarewellAsync(ending.Token).ConfigureAwait(false);
            while (_link.Status is { IsConnected: true, Unacknowledged: > 0 })
            {
                await Task.Delay(FarewellStep, _clock, ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinkException or ObjectDisposedException)
        {
            // the host does not hear it now: it notices that the worker is away
        }
    }

    private async Task SayFarewellAsync(CancellationToken cancellation)
    {
        await _telling.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // what reports the changes may be behind, and the process ends: nothing comes after the farewell
            if (_isGreeted && _link.Status.IsConnected)
            {
                foreach (var observed in _core.Observed)
                {
                    await SendAsync(observed, cancellation).ConfigureAwait(false);
                }
            }

            _isGreeted = false;
            await SendAsync(LinkMessageType.Shutdown, [], LinkClass.Control, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _telling.Release();
        }
    }

    public async ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
    {
        if (!session.IsResumed)
        {
            _isGreeted = false;
            foreach (var reading in _readings.Values)
            {
                reading.Cancel();
            }

            await SayHelloAsync(cancellation).ConfigureAwait(false);
        }

        await ReportHealthOnceAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        try
        {
            await HandleAsync((LinkMessageType)type, payload, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JsonException or ServerException or WorkerException)
        {
            LogNotHandled((LinkMessageType)type, VisibleText.Of(exception.Message));
        }
    }

    public void OnGap(LinkPeer peer, long count)
    {
        // the host sends no telemetry
    }

    public void OnDisconnected(LinkPeer peer, LinkEnd end)
    {
        // the link comes back by itself
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        await _reporting.ConfigureAwait(false);
        foreach (var reading in _readings.Values)
        {
            reading.Cancel();
        }

        _ending.Dispose();
        _telling.Dispose();
    }

    private static T Read<T>(ReadOnlyMemory<byte> payload, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(payload.Span, type) ?? throw new JsonException("The message is null.");

    private async Task HandleAsync(LinkMessageType type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        switch (type)
        {
            case LinkMessageType.Desired:
                await _core.SetDesiredAsync(RestingJson.ReadDesired(payload.Span).Servers).ConfigureAwait(false);
                break;
            case LinkMessageType.DesiredChange:
                await _core.ChangeDesiredAsync(Read(payload, ServerJson.Default.DesiredServer)).ConfigureAwait(false);
                break;
            case LinkMessageType.Start or LinkMessageType.Stop or LinkMessageType.Kill or LinkMessageType.Restart or LinkMessageType.Stdin
                or LinkMessageType.Update:
                // the core takes it in its order; its outcome comes later
                _ = ReportOutcomeAsync(_core.RunAsync(Read(payload, ServerJson.Default.WorkerCommand), _ending.Token));
                break;
            case LinkMessageType.LogRequest:
                _ = ReadLogAsync(Read(payload, ServerJson.Default.LogRequest));
                break;
            case LinkMessageType.LogCredit when Read(payload, ServerJson.Default.LogCredit) is var credit:
                _readings.GetValueOrDefault(credit.RequestId)?.Credit(credit.Bytes);
                break;
            case LinkMessageType.LogCancel:
                _readings.GetValueOrDefault(Read(payload, ServerJson.Default.LogCancel).RequestId)?.Cancel();
                break;
            case LinkMessageType.SdkHealth when Read(payload, ServerJson.Default.SdkHealth) is var health:
                _core.TellSdkHealth(health.ProcessId, health.IsHealthy, health.HadSession, health.Kill);
                break;
            case LinkMessageType.Freeze:
                _core.Freeze();
                await SayHelloAsync(cancellation).ConfigureAwait(false);
                break;
            case LinkMessageType.Thaw:
                _core.Thaw();
                await SayHelloAsync(cancellation).ConfigureAwait(false);
                break;
            case LinkMessageType.Shutdown:
                LogAskedToShutDown();
                _options.ShutDown();
                break;
            default:
                throw new JsonException("A host sends no messages of that type.");
        }
    }

    private ValueTask SendAsync(ObservedServer observed, CancellationToken cancellation) => SendAsync(
        LinkMessageType.Observed,
        JsonSerializer.SerializeToUtf8Bytes(observed, ServerJson.Default.ObservedServer),
        LinkClass.Control,
        cancellation);

    private ValueTask SendAsync(LinkMessageType type, byte[] payload, LinkClass kind, CancellationToken cancellation) =>
        _link.SendAsync((int)type, payload, kind, cancellation);

    /// <summary>Says everything. What changes meanwhile is said after it.</summary>
    private async Task SayHelloAsync(CancellationToken cancellation)
    {
        await _telling.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _saidFrozen = _core.IsFrozen;
            var installable = _saidInstallable = _core.Installable;
            var hello = new WorkerHello
            {
                WorkerId = _options.WorkerId,
                Name = _options.Name,
                Version = ProgramInfo.Version,
                BootId = WorkerCore.BootId,
                ApiUrl = _options.ApiUrl,
                CanInstall = [.. installable.Where(kind => kind.Value.Length == 0).Select(kind => kind.Key)],
                CannotInstall = installable.Where(kind => kind.Value.Length > 0).ToDictionary(),
                IsFrozen = _saidFrozen,
                Servers = _core.Observed,
            };
            await SendAsync(LinkMessageType.Hello, RestingJson.Write(hello), LinkClass.Control, cancellation).ConfigureAwait(false);
            _isGreeted = true;
        }
        finally
        {
            _telling.Release();
        }
    }

    private async Task ReportHealthAsync()
    {
        using var timer = new PeriodicTimer(HealthInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                if (!_isGreeted || !_link.Status.IsConnected)
                {
                    continue;
                }

                if (_saidFrozen != _core.IsFrozen)
                {
                    await SayHelloAsync(_ending.Token).ConfigureAwait(false);
                }

                await ReportHealthOnceAsync(_ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinkException)
        {
            // the worker ends
        }
    }

    /// <summary>A container engine may start after its worker, and may end before it.</summary>
    private async Task ReportInstallableAsync()
    {
        using var timer = new PeriodicTimer(InstallableInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                if (!_isGreeted || !_link.Status.IsConnected)
                {
                    continue;
                }

                var changes = _core.Installable.Except(_saidInstallable).ToList();
                foreach (var (kind, reason) in changes)
                {
                    LogInstallable(kind, reason.Length == 0 ? "can be installed now." : $"cannot be installed now. {reason}");
                }

                if (changes.Count > 0)
                {
                    await SayHelloAsync(_ending.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinkException)
        {
            // the worker ends
        }
    }

    private async Task ReportHealthOnceAsync(CancellationToken cancellation)
    {
        await SendAsync(LinkMessageType.Health, RestingJson.Write(_core.Measure()), LinkClass.Telemetry, cancellation)
            .ConfigureAwait(false);
    }

    private async Task ReportChangesAsync()
    {
        try
        {
            await foreach (var observed in _core.Changes(_ending.Token).ConfigureAwait(false))
            {
                await _telling.WaitAsync(_ending.Token).ConfigureAwait(false);
                try
                {
                    // before the hello there is no point: it says everything
                    if (_isGreeted)
                    {
                        await SendAsync(observed, _ending.Token).ConfigureAwait(false);
                    }
                }
                finally
                {
                    _telling.Release();
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinkException)
        {
            // the worker ends
        }
    }

    private async Task ReportOutcomeAsync(Task<CommandOutcome> running)
    {
        try
        {
            var outcome = await running.ConfigureAwait(false);
            var payload = JsonSerializer.SerializeToUtf8Bytes(outcome, ServerJson.Default.CommandOutcome);
            await SendAsync(LinkMessageType.Outcome, payload, LinkClass.Control, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinkException or ObjectDisposedException)
        {
            // the worker ends; the host asks again
        }
        catch (Exception exception)
        {
            LogNotHandled(LinkMessageType.Outcome, VisibleText.Of(exception.Message));
        }
    }

    private async Task ReadLogAsync(LogRequest request)
    {
        using var reading = new LogReading(_core, request, SendAsync);
        if (_readings.TryAdd(request.RequestId, reading))
        {
            try
            {
                await reading.RunAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                LogNotHandled(LinkMessageType.LogRequest, VisibleText.Of(exception.Message));
            }
            finally
            {
                _readings.TryRemove(request.RequestId, out _);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What the host sent ({Type}) could not be done: {Reason}")]
    private partial void LogNotHandled(LinkMessageType type, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Games of the kind {Kind} {What}")]
    private partial void LogInstallable(string kind, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "The host asks this worker to shut down.")]
    private partial void LogAskedToShutDown();
}
