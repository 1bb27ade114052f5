using System.Runtime.CompilerServices;
using FleetBridge.Backends;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// One loaded build of a backend. Requests lease it; when it is retired and the last lease is back, it can be disposed
/// and unloaded.
/// </summary>
internal sealed class BackendGeneration
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BackendLoadContext? _context;
    private Backend? _backend;
    private OperationTable? _operations;
    private IReadOnlyList<Setting>? _settings;
    private IReadOnlyList<EnvironmentCheck>? _checks;
    private int _leases;
    private bool _retired;

    public BackendGeneration(
        int number, string copy, BackendLoadContext context, Backend backend, BackendSurface surface, DedicatedThreads threads)
    {
        Number = number;
        Copy = copy;
        Threads = threads;
        _context = context;
        Context = new WeakReference(context, trackResurrection: true);
        IsPinned = !context.IsCollectible;
        _backend = backend;
        _operations = surface.Operations;
        _settings = surface.Settings;
        _checks = surface.EnvironmentChecks;
        Metadata = surface.Metadata;
        Outline = new BackendOutline(
            [.. surface.Settings.Select(SettingOutline.Of)],
            [.. surface.Operations.InDependencyOrder.Select(ResourceOutline.Of)]);
        Aliases = surface.Aliases;
    }

    /// <summary>1 for the first build that was loaded, one more for each after it.</summary>
    public int Number { get; }

    /// <summary>The folder it was loaded from.</summary>
    public string Copy { get; }

    /// <summary>The threads of its backend, for all code of the backend that may block.</summary>
    public DedicatedThreads Threads { get; }

    /// <summary>What the editor shows of it.</summary>
    public BackendMetadata Metadata { get; }

    /// <summary>What it offers.</summary>
    public BackendOutline Outline { get; }

    public IReadOnlyList<string> Aliases { get; }

    /// <summary>To be used under a lease only.</summary>
    public OperationTable Operations => _operations ?? throw Gone();

    /// <summary>To be used under a lease only.</summary>
    public IReadOnlyList<Setting> Settings => _settings ?? throw Gone();

    /// <summary>To be used under a lease only.</summary>
    public IReadOnlyList<EnvironmentCheck> EnvironmentChecks => _checks ?? throw Gone();

    /// <summary>Shows whether its code is still in memory; holding it keeps nothing alive.</summary>
    public WeakReference Context { get; }

    /// <summary>Whether it stays in memory until the process ends; its copy is in use for as long.</summary>
    public bool IsPinned { get; }

    /// <summary>How its code is called.</summary>
    public BackendCode Code { get; init; } = BackendCode.Assembly;

    /// <summary>What its author should know of it, though it serves.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Completes when it is retired and no request uses it any more.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Keeps it alive for a request.</summary>
    /// <returns>The lease; null when it has been retired.</returns>
    public BackendLease? TryLease()
    {
        lock (_lock)
        {
            if (_retired)
            {
                return null;
            }

            _leases++;
            return new BackendLease(this);
        }
    }

    /// <summary>Keeps it alive for longer than the lease that its caller has, also when it is retired.</summary>
    /// <returns>A further lease.</returns>
    public BackendLease LeaseAgain()
    {
        lock (_lock)
        {
            _leases++;
            return new BackendLease(this);
        }
    }

    /// <summary>Gives no more leases.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _retired = true;
            if (_leases == 0)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <summary>Called by the lease.</summary>
    public void Return()
    {
        lock (_lock)
        {
            if (--_leases == 0 && _retired)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <summary>Lets the backend stop what it started.</summary>
    /// <returns>A task of the backend's own; it may fail, and it may never complete.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Task DisposeBackendAsync() => _backend?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    /// <summary>Forgets the backend and begins to unload its context, where that is possible.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Unload()
    {
        if (!IsPinned)
        {
            _context?.Unload();
        }

        (_context, _backend, _operations, _settings, _checks) = (null, null, null, null, null);
    }

    private ObjectDisposedException Gone() => new($"generation {Number}", "It was used without a lease.");
}

/// <summary>What a backend offers, read once after its construction.</summary>
internal sealed record BackendSurface(
    OperationTable Operations,
    IReadOnlyList<Setting> Settings,
    BackendMetadata Metadata,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<EnvironmentCheck> EnvironmentChecks);

/// <summary>A request's hold on a generation; disposing it twice is harmless.</summary>
internal sealed class BackendLease(BackendGeneration generation) : IDisposable
{
    private int _returned;

    public BackendGeneration Generation { get; } = generation;

    /// <summary>A further lease on the same generation, to be disposed by itself.</summary>
    public BackendLease Share() => Generation.LeaseAgain();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            Generation.Return();
        }
    }
}
