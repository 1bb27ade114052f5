using System.Net;
using System.Net.Sockets;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Processes;

/// <summary>Whose connection it is.</summary>
public sealed class ConnectionOwnerTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Connection_is_of_the_process_that_made_it(AddressFamily family)
    {
        Requires.Linux();
        var address = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        if (family == AddressFamily.InterNetworkV6)
        {
            Requires.IPv6Loopback();
        }

        using var listener = new TcpListener(address, 0);
        listener.Start();
        var server = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient(family);
        await client.ConnectAsync(address, server);
        using var accepted = await listener.AcceptTcpClientAsync();
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        Assert.Equal(Environment.ProcessId, ConnectionOwner.Find(port, server, [1, Environment.ProcessId]));
        Assert.Equal(0, ConnectionOwner.Find(port, server, [int.MaxValue]));
        Assert.Equal(0, ConnectionOwner.Find(port, server, []));
        Assert.Equal(0, ConnectionOwner.Find(server, server, [Environment.ProcessId]));
    }

    /// <summary>Two rows of MIB_TCPTABLE_OWNER_PID: ports in network order, the owner in the machine's.</summary>
    [Fact]
    public void Row_of_windows_table_is_found_by_both_ports()
    {
        byte[] table =
        [
            2, 0, 0, 0,
            5, 0, 0, 0, 127, 0, 0, 1, 0x1F, 0x40, 0, 0, 127, 0, 0, 1, 0xC0, 0x01, 0, 0, 0x39, 0x30, 0, 0,
            5, 0, 0, 0, 127, 0, 0, 1, 0xC0, 0x01, 0, 0, 127, 0, 0, 1, 0x1F, 0x40, 0, 0, 0xD2, 0x04, 0, 0,
        ];
        Assert.Equal(1234, ConnectionOwner.FindRow(table, 24, (8, 0xC001), (16, 8000), 20));
        Assert.Equal(0, ConnectionOwner.FindRow(table, 24, (8, 0xC002), (16, 8000), 20));
        Assert.Equal(0, ConnectionOwner.FindRow([], 24, (8, 0xC001), (16, 8000), 20));
    }
}
