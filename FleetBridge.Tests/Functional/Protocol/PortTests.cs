using System.Net;
using System.Net.Sockets;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Protocol;
using FleetBridge.Serving;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class PortTests
{
    [Fact]
    public async Task Port_that_another_bridge_serves_is_named_and_the_other_goes_on()
    {
        await using var first = await TestBridge.StartAsync();
        foreach (var (http, webSocket) in new[] { (first.HttpPort, 0), (0, first.WebSocketPort) })
        {
            var taken = http + webSocket;
            var exception = await Assert.ThrowsAsync<PortTakenException>(() => StartAsync(http, webSocket));
            Assert.Equal(taken, exception.EndPoint.Port);
            Assert.Contains($"{taken}", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await RawHttp.PostAsync(first.HttpPort, "/probe/1/metadata")).Status);
        using var socket = await RawWebSocket.ConnectAsync(first.WebSocketPort);
    }

    [Fact]
    public async Task Port_whose_neighbour_is_taken_is_free_again_afterwards()
    {
        using var other = Listen(IPAddress.Loopback, 0);
        using var free = LoopbackSockets.Bind(0);
        var port = free.Port;
        free.Dispose();
        await Assert.ThrowsAsync<PortTakenException>(() => StartAsync(port, PortOf(other)));
        using var again = LoopbackSockets.Bind(port);
        Assert.Equal(port, again.Port);
    }

    [Fact]
    public void Port_taken_on_one_loopback_address_only_is_taken()
    {
        Requires.IPv6Loopback();
        using var other = Listen(IPAddress.IPv6Loopback, 0);
        var exception = Assert.Throws<PortTakenException>(() => LoopbackSockets.Bind(PortOf(other)));
        Assert.Contains("::1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_that_bind_the_same_port_at_the_same_moment_do_not_both_get_it()
    {
        using var first = LoopbackSockets.Bind(0);
        Assert.Throws<PortTakenException>(() => LoopbackSockets.Bind(first.Port));
    }

    [Fact]
    public void Free_port_is_the_same_on_both_addresses()
    {
        using var sockets = LoopbackSockets.Bind(0);
        Assert.NotEqual(0, sockets.Port);
        Assert.All(sockets.EndPoints, endPoint => Assert.Equal(sockets.Port, endPoint.Port));
        Assert.All(sockets.EndPoints, endPoint => Assert.True(IPAddress.IsLoopback(endPoint.Address)));
        Assert.Equal(Loopback.HasIPv6 ? 2 : 1, sockets.EndPoints.Count);
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static async Task StartAsync(int httpPort, int webSocketPort)
    {
        using var folder = new TemporaryFolder();
        await using var log = BridgeLog.Open(new BridgeLogOptions { File = folder["bridge.log"] }, TimeProvider.System);
        var options = new ServingOptions { Bridge = new BridgeCompositionOptions { BackendRoots = [], StateFolder = folder["state"] } };
        await using var serving = await ServingHost.StartAsync(
            options, BridgePorts.Bind(httpPort, webSocketPort), log, TimeProvider.System);
    }
}
