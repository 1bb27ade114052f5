using System.Net;
using System.Net.Sockets;
using FleetBridge.Core.Logs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace FleetBridge.Core.Ports;

/// <summary>
/// Accepts the connections of one address. Kestrel's own listener tries again at once when the system has no descriptor left, and admits
/// connections until there is none. This one closes those that would use the last ones, and waits before it tries again.
/// </summary>
internal sealed class LoopbackListener(
    LoopbackSockets sockets, Socket socket, SocketConnectionContextFactory connections, double shareOfKept, RefusalLog refusals, TimeProvider clock) : IConnectionListener
{
    private const string NoDescriptor = "A connection was closed: the process has no file descriptors left for more. "
        + "Close connections, or raise the limit (ulimit -n).";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var accepted = await sockets.AcceptAsync(socket, cancellationToken).ConfigureAwait(false);
                if (DescriptorBudget.OfProcess.TryEnter(accepted.SafeHandle.DangerousGetHandle(), shareOfKept))
                {
                    accepted.NoDelay = true;
                    var connection = connections.Create(accepted);
                    connection.ConnectionClosed.UnsafeRegister(static _ => DescriptorBudget.OfProcess.Leave(), null);
                    return connection;
                }

                accepted.Dispose();
                refusals.Refused(NoDescriptor, NoDescriptor);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                refusals.Refused(NoDescriptor, NoDescriptor);
                if (!await WaitAsync(pause, _unbound.Token).ConfigureAwait(false))
                {
                    return null;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (SocketException exception) when (exception.SocketErrorCode != SocketError.OperationAborted)
            {
                // the client has gone before it was accepted
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return null;
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound.Cancel();
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        connections.Dispose();
        _unbound.Dispose();
        return default;
    }

    private async ValueTask<bool> WaitAsync(TimeSpan pause, CancellationToken ending)
    {
        try
        {
            await Task.Delay(pause, clock, ending).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
