using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Topics;

/// <summary>A topic of another gateway, with its epochs and offsets: a consumer continues with either of them.</summary>
internal sealed class RelayedTopic : Topic, IDisposable
{
    /// <summary>How many events are kept here, and fetched at the start.</summary>
    private const int Kept = 10_000;

    private readonly CancellationTokenSource _ending = new();
    private readonly Queue<byte[]> _events = new();
    private long _last;

    /// <summary>Creates the topic, which begins to listen to the other gateway.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">The other gateway, once it is reached.</param>
    public RelayedTopic(string name, Task<GatewayClient> source)
        : base(name, Guid.NewGuid().ToString("N")[..16]) => _ = RelayAsync(source);

    protected override long Last => _last;

    protected override long Oldest => _last - _events.Count + 1;

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    protected override long Write(long after, long until, FrameBuffer into, int mostBytes)
    {
        foreach (var frame in _events.Skip((int)(after - Oldest + 1)))
        {
            if (after == until || into.Frames.Length >= mostBytes)
            {
                break;
            }

            frame.CopyTo(into.GetSpan(frame.Length));
            into.Advance(frame.Length);
            after++;
        }

        return after;
    }

    private async Task RelayAsync(Task<GatewayClient> source)
    {
        var ending = _ending.Token;
        try
        {
            var client = await source.WaitAsync(ending).ConfigureAwait(false);
            await foreach (var happened in client.SubscribeAsync(Name, since: null, last: Kept, ending).ConfigureAwait(false))
            {
                Take(happened);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or GatewayException or ObjectDisposedException)
        {
            // it stays as it is; whoever listens sees nothing new
        }
    }

    private void Take(GatewayEvent happened)
    {
        lock (Lock)
        {
            var (epoch, offset) = (happened.Position.Epoch, happened.Position.Offset);
            if (happened.Kind is GatewayEventKind.Began or GatewayEventKind.Lost)
            {
                CloseLive("The topic begins again. Come back.");
                (Epoch, _last) = (epoch, offset);
                _events.Clear();
                return;
            }

            if (happened.Kind != GatewayEventKind.Event)
            {
                return;
            }

            if (_events.Count == 0 || offset == _last + 1)
            {
                _last = offset;
            }
            else
            {
                // a hole that cannot be: begin again behind it
                CloseLive("The topic begins again. Come back.");
                _events.Clear();
                (Epoch, _last) = (epoch, offset);
            }

            var frame = Outgoing.Event(Name, new Position(epoch, offset), System.Text.Encoding.UTF8.GetBytes(happened.Value.GetRawText()));
            _events.Enqueue(frame);
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }

            SendToLive(frame);
        }
    }
}
