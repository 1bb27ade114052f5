using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Keeps a connection to the broker: opens one, waits for its end, and opens the next one. It waits longer after each failure, with
/// jitter, so that the machines of a studio do not come back at one moment; and it says a failure once, until another one follows.
/// </summary>
internal sealed partial class MeshKeeper : IAsyncDisposable
{
    /// <summary>Services are back within two seconds of the broker.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(0.1);

    /// <summary>A person has to do something first.</summary>
    private static readonly TimeSpan RefusalWait = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<ITimer> _timers = [];
    private readonly MeshAddress _address;
    private readonly string _name;
    private readonly Func<MeshLink, CancellationToken, Task> _open;
    private readonly Action _close;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private Task _loop = Task.CompletedTask;

    /// <param name="address">The broker.</param>
    /// <param name="name">What the broker's pages show.</param>
    /// <param name="open">Makes everything ready on a new connection.</param>
    /// <param name="close">Is called when it has ended.</param>
    public MeshKeeper(
        MeshAddress address, string name, Func<MeshLink, CancellationToken, Task> open, Action close, ILogger logger, TimeProvider clock) =>
        (_address, _name, _open, _close, _logger, _clock) = (address, name, open, close, logger, clock);

    /// <summary>Why there is no connection; null where there is one, or none was tried.</summary>
    public MeshFault? Fault { get; private set; }

    /// <summary>Completes with the first connection, or fails when the broker has said no.</summary>
    public Task FirstConnection => _first.Task;

    /// <summary>Two of them without a sign of the broker, and the connection has ended.</summary>
    public required TimeSpan Heartbeat { get; init; }

    /// <summary>Closed while the broker takes nothing.</summary>
    public BrokerGate Gate { get; } = new();

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Does something again and again as long as the present connection lives.</summary>
    public void Every(TimeSpan interval, Action act)
    {
        lock (_timers)
        {
            _timers.Add(_clock.CreateTimer(_ => act(), null, interval, interval));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _ending.Dispose();
        _first.TrySetCanceled();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await using var link = await MeshLink.OpenAsync(_address, _name, Heartbeat, _ending.Token).ConfigureAwait(false);
                link.Blocked += OnBlocked;
                await _open(link, _ending.Token).ConfigureAwait(false);
                failures = 0;
                Fault = null;
                LogConnected(_address.ToString());
                _first.TrySetResult();
                var reason = await link.Closed.WaitAsync(_ending.Token).ConfigureAwait(false);
                Say(new MeshFault(false, $"The connection to the broker {_address} has ended: {Core.Security.ShortText.Of(reason, 300)}."));
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (IsOfBroker(exception))
            {
                failures++;
                Say(MeshFault.Of(exception, _address));
            }
            catch (Exception exception)
            {
                failures++;
                LogBug(exception.GetType().Name, exception.Message);
                LogTrace(exception.ToString());
            }
            finally
            {
                End();
            }

            await WaitAsync(failures).ConfigureAwait(false);
        }

        End();
    }

    private static bool IsOfBroker(Exception exception) =>
        exception is RabbitMQClientException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or ObjectDisposedException;

    private void End()
    {
        lock (_timers)
        {
            _timers.ForEach(timer => timer.Dispose());
            _timers.Clear();
        }

        _close();
        Gate.Open();
    }

    private void Say(MeshFault fault)
    {
        if (fault.IsRefusal)
        {
            _first.TrySetException(new MeshRefusedException(fault.Message));
            _ = _first.Task.Exception;
        }

        if (Fault?.Message != fault.Message)
        {
            Fault = fault;
            LogFault(fault.Message);
        }
    }

    private async Task WaitAsync(int failures)
    {
        var longest = Fault is { IsRefusal: true } ? RefusalWait : LongestWait;
        var wait = ShortestWait * Math.Pow(2, Math.Min(failures, 10));
        wait = (wait < longest ? wait : longest) * (0.5 + (Random.Shared.NextDouble() / 2));
        try
        {
            await Task.Delay(wait, _clock, _ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the process ends
        }
    }

    private void OnBlocked(bool isBlocked)
    {
        if (isBlocked)
        {
            Gate.Close();
            LogBlocked(_address.ToString());
        }
        else
        {
            Gate.Open();
            LogUnblocked(_address.ToString());
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the mesh at {Address}.")]
    private partial void LogConnected(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault} It is tried again until it works.")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker {Address} takes no messages: it has no memory or disk left. Calls fail at their deadlines.")]
    private partial void LogBlocked(string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker {Address} takes messages again.")]
    private partial void LogUnblocked(string address);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge, in the mesh: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
