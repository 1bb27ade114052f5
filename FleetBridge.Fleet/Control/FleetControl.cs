using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Control;

/// <summary>
/// The one writer of a fleet. Changes queue up, are applied to the model one after the other, and are stored together in one
/// transaction; only then their callers, the servers and the watchers are told. Readers wait meanwhile, so nobody sees what is not stored.
/// </summary>
internal sealed partial class FleetControl : IAsyncDisposable
{
    /// <summary>Changes in one transaction; more would make readers wait.</summary>
    private const int BatchSize = 64;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly FleetModel _model;
    private readonly IFleetStore? _store;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<FleetWork> _queue = [];
    private readonly List<FleetWork> _batch = [];
    private readonly DateTimeOffset _opened;
    private readonly long _openedAt;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isWriting;
    private int _isTicking;
    private bool _isClosed;
    private string? _failure;

    private FleetControl(FleetControlOptions options, IFleetStore? store, ILogger logger, TimeProvider time)
    {
        Options = options;
        _store = store;
        _logger = logger;
        _time = time;
        _opened = time.GetUtcNow();
        _openedAt = time.GetTimestamp();
        _model = new FleetModel(options.Model);
        SetClock();
        store?.LoadInto(_model);
        _timer = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    public FleetControlOptions Options { get; }

    /// <summary>Opens the store and takes what is in it; makes the default fleet, location and compute. Runs beside ports that accept
    /// already.</summary>
    /// <exception cref="FleetStoreException">The store is of a newer version, or cannot be opened.</exception>
    public static Task<FleetControl> OpenAsync(
        FleetControlOptions options, ILogger logger, TimeProvider time, CancellationToken cancellationToken = default) =>
        OpenAsync(options, () => OpenStore(options, logger, time, cancellationToken), logger, time, cancellationToken);

    /// <summary>The same with another store.</summary>
    internal static async Task<FleetControl> OpenAsync(
        FleetControlOptions options, Func<IFleetStore?> openStore, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var control = await Task.Run(() => Create(options, openStore(), logger, time), cancellationToken).ConfigureAwait(false);
        try
        {
            await control.ChangeAsync(model => model.EnsureDefaults(), cancellationToken).ConfigureAwait(false);
            return control;
        }
        catch
        {
            await control.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Looks at the model. It has to be short: everybody else waits. Records are immutable, so copy what is long and look at it
    /// outside.</summary>
    public T Read<T>(Func<FleetModel, T> read)
    {
        lock (_gate)
        {
            SetClock();
            return read(_model);
        }
    }

    /// <summary>Changes the model, and completes when that is stored.</summary>
    /// <param name="change">Has to be short; may run twice when the store has failed.</param>
    /// <param name="cancellationToken">Gives up waiting; the change may still be made.</param>
    /// <exception cref="FleetException">What the model refuses; InternalServiceException when it could not be stored, and was not
    /// made.</exception>
    public Task<T> ChangeAsync<T>(Func<FleetModel, T> change, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var task = Enqueue(change, null);
        return cancellationToken.CanBeCanceled ? task.WaitAsync(cancellationToken) : task;
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public Task ChangeAsync(Action<FleetModel> change, CancellationToken cancellationToken = default) => ChangeAsync(
        model =>
        {
            change(model);
            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
        {
            return;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        Wake();
        await _idle.Task.ConfigureAwait(false);
        RefuseQueued();
        _store?.Dispose();
        EndWatches();
    }

    private static IFleetStore? OpenStore(
        FleetControlOptions options, ILogger logger, TimeProvider time, CancellationToken cancellation) => options.StorePath switch
        {
            null => null,
            { } store when PostgresAddress.Is(store) => PostgresFleetStore.Open(
                PostgresAddress.Parse(store), options.Standby, options.StoreLost, logger, time, cancellation),
            { } path => SqliteFleetStore.Open(path, logger, time),
        };

    private static FleetControl Create(FleetControlOptions options, IFleetStore? store, ILogger logger, TimeProvider time)
    {
        try
        {
            return new FleetControl(options, store, logger, time);
        }
        catch
        {
            store?.Dispose();
            throw;
        }
    }

    private Task<T> Enqueue<T>(Func<FleetModel, T> change, Action<T>? stored)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), this);
        var work = new FleetWork<T>(change, stored);
        _queue.Enqueue(work);
        if (_idle.Task.IsCompleted)
        {
            RefuseQueued();
        }

        Wake();
        return work.Task;
    }

    /// <summary>Nobody will do what has come too late.</summary>
    private void RefuseQueued()
    {
        while (_queue.TryDequeue(out var late))
        {
            late.Fail(new ObjectDisposedException(nameof(FleetControl)));
            late.Complete();
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static control => control.WriteQueued(), this, preferLocal: false);
        }
    }

    private void WriteQueued()
    {
        do
        {
            while (!_queue.IsEmpty)
            {
                WriteBatch();
            }

            if (Volatile.Read(ref _isClosed) && _queue.IsEmpty)
            {
                // nobody wakes a closed one again: it stays "writing"
                _idle.TrySetResult();
                return;
            }

            // a full fence: the queue is looked at after that is seen by whoever puts something into it
            Interlocked.Exchange(ref _isWriting, 0);
        }
        while ((!_queue.IsEmpty || Volatile.Read(ref _isClosed)) && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private void WriteBatch()
    {
        lock (_gate)
        {
            SetClock();
            while (_batch.Count < BatchSize && _queue.TryDequeue(out var work))
            {
                work.Apply(_model);
                _batch.Add(work);
            }

            if (!TryStore())
            {
                StoreOneByOne();
            }

            NoteChanges();
            foreach (var work in _batch)
            {
                work.Stored();
            }
        }

        Deliver();
        foreach (var work in _batch)
        {
            work.Complete();
        }

        _batch.Clear();
        _store?.Maintain();
    }

    /// <summary>The store has failed: what needs no store is still done, and the rest is refused.</summary>
    private void StoreOneByOne()
    {
        var transition = _model.Transition;
        foreach (var work in _batch)
        {
            var before = transition.Save();
            work.Apply(_model);
            if (!TryStore(before))
            {
                work.Fail(new FleetException(FleetErrors.InternalService, "The fleet's store cannot be written; see the host's log."));
            }
        }
    }

    /// <summary>Stores what was done since; takes it back if that fails.</summary>
    private bool TryStore(Transition.Savepoint since = default)
    {
        var transition = _model.Transition;
        if (_store is null || !transition.NeedsStore(since))
        {
            return true;
        }

        try
        {
            _store.Write(CollectionsMarshal.AsSpan(transition.Changes)[since.Changes..]);
            if (_failure is not null)
            {
                _failure = null;
                StoreRecovered(_logger);
            }

            return true;
        }
        catch (FleetStoreException error)
        {
            transition.UndoTo(since);
            if (_failure != error.Message)
            {
                _failure = error.Message;
                StoreFailed(_logger, error.Message);
            }

            return false;
        }
    }

    private void SetClock()
    {
        _model.Now = _time.GetUtcNow();
        _model.Steady = _opened + _time.GetElapsedTime(_openedAt);
    }

    private void Tick()
    {
        if (Volatile.Read(ref _isClosed) || !Read(model => model.IsTickDue) || Interlocked.Exchange(ref _isTicking, 1) != 0)
        {
            return;
        }

        try
        {
            Enqueue<bool>(
                model =>
                {
                    model.Tick();
                    return true;
                },
                null).ContinueWith(
                    task =>
                    {
                        Volatile.Write(ref _isTicking, 0);
                        if (task.Exception?.InnerException is { } error and not FleetException)
                        {
                            TickFailed(_logger, error);
                        }
                    },
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        catch (ObjectDisposedException)
        {
            Volatile.Write(ref _isTicking, 0);
        }
    }

    [LoggerMessage(LogLevel.Error, "The fleet's store cannot be written, so changes are refused until it can: {Reason}")]
    private static partial void StoreFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The fleet's store can be written again.")]
    private static partial void StoreRecovered(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A timer of the fleet failed; this is a bug.")]
    private static partial void TickFailed(ILogger logger, Exception error);
}
