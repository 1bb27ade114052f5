using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Calls;

/// <summary>Why nobody waits for a call any more.</summary>
internal enum CallEnd
{
    /// <summary>Somebody waits.</summary>
    None,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The consumer has cancelled it.</summary>
    Cancelled,

    /// <summary>The consumer has gone.</summary>
    Left,
}

/// <summary>One call of a consumer, from its request to its response. It is answered once.</summary>
internal sealed class Call : IDisposable
{
    private readonly Lock _lock = new();
    // it has neither a timer nor a handle, so that nothing is to be disposed of, and a late end finds it
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Action<Call, CallEnd> _ended;
    private ITimer? _deadline;
    private bool _isAnswered;

    /// <summary>Creates a call, whose time begins to run.</summary>
    /// <param name="id">Our own id of it.</param>
    /// <param name="consumer">Who calls.</param>
    /// <param name="caller">Who that is: a refresh changes nothing for a call that runs.</param>
    /// <param name="echo">What the consumer has written beside it.</param>
    /// <param name="request">The message.</param>
    /// <param name="ttl">How long the consumer waits.</param>
    /// <param name="ended">Is told when nobody waits any more, and nothing was answered.</param>
    /// <param name="clock">The clock.</param>
    public Call(
        string id, Consumer consumer, Identity caller, Echo echo, Incoming request, TimeSpan ttl, Action<Call, CallEnd> ended, TimeProvider clock)
    {
        (Id, Consumer, Caller, Echo, Ttl, _ended) = (id, consumer, caller, echo, ttl, ended);
        (Service, Method) = (request.Text("service")!, request.Text("method")!);
        Params = request.Find("params");
        Began = clock.GetTimestamp();
        _deadline = clock.CreateTimer(static call => ((Call)call!).End(CallEnd.Expired), this, ttl, Timeout.InfiniteTimeSpan);
    }

    public string Id { get; }

    public Consumer Consumer { get; }

    public Identity Caller { get; }

    public Echo Echo { get; }

    public string Service { get; }

    public string Method { get; }

    public System.Text.Json.JsonElement Params { get; }

    public TimeSpan Ttl { get; }

    public long Began { get; }

    /// <summary>What it has turned out to be; null until the service knows.</summary>
    public MeshMethod? Resolved { get; private set; }

    /// <summary>Its outcome, for who asks later; null where it changes nothing.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>Whether it has begun to run.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Cancelled when nobody waits any more and it changes nothing.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The service is about to run it.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public void Begin(MeshMethod method)
    {
        lock (_lock)
        {
            _cancellation.Token.ThrowIfCancellationRequested();
            Resolved = method;
        }
    }

    /// <summary>Takes the right to answer it.</summary>
    /// <returns>False when that has been done.</returns>
    public bool TryAnswer()
    {
        lock (_lock)
        {
            if (_isAnswered)
            {
                return false;
            }

            _isAnswered = true;
            _deadline?.Dispose();
            _deadline = null;
            return true;
        }
    }

    /// <summary>Nobody waits any more. What changes something runs to its end.</summary>
    public void End(CallEnd reason)
    {
        bool cancels;
        lock (_lock)
        {
            if (_isAnswered)
            {
                return;
            }

            _isAnswered = true;
            _deadline?.Dispose();
            _deadline = null;
            cancels = Resolved is not { Changes: true };
        }

        if (cancels)
        {
            _cancellation.Cancel();
        }

        _ended(this, reason);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _deadline?.Dispose();
        }
    }
}
