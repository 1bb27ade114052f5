using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A port that leads to one server, and from some moment on to another: what a name that is pointed at another address
/// (DNS rebinding) is to a browser, which takes both for one site.
/// </summary>
internal sealed class TurncoatPort : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;
    private int _target;

    /// <summary>Opens it.</summary>
    /// <param name="target">The port it leads to at first.</param>
    public TurncoatPort(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Leads every new connection to another port.</summary>
    public void TurnTo(int target) => Volatile.Write(ref _target, target);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, Volatile.Read(ref _target), _ended.Token);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), _ended.Token),
                server.GetStream().CopyToAsync(client.GetStream(), _ended.Token));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // either end has gone
        }
        finally
        {
            client.Dispose();
        }
    }
}
