using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

public sealed class LoopbackOnlyTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    [Fact]
    public void Both_ports_listen_on_loopback_addresses_only()
    {
        var addresses = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(listener => listener.Port == _bridge.HttpPort || listener.Port == _bridge.WebSocketPort)
            .Select(listener => listener.Address)
            .ToList();
        Assert.Equal(Loopback.HasIPv6 ? 4 : 2, addresses.Count);
        Assert.All(addresses, address => Assert.Contains(address, new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }));
    }

    [Fact]
    public async Task Machines_other_addresses_do_not_answer()
    {
        var others = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Append(IPAddress.Parse("127.0.0.2"));
        foreach (var address in others)
        {
            foreach (var port in new[] { _bridge.HttpPort, _bridge.WebSocketPort })
            {
                await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(port, address));
            }
        }
    }
}
