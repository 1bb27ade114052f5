using System.Net;
using System.Net.Sockets;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

public sealed class PortBookTests
{
    private static readonly Dictionary<string, int> Wanted = new() { ["game"] = 0 };

    private readonly PortBook _ports = new((1, 1), new FakeTimeProvider());

    [Fact]
    public void Port_of_a_server_s_own_range_is_given_to_one_and_free_again_when_that_is_gone()
    {
        var only = FreePorts.Take();
        var range = new GamePortRange(only, only);
        Assert.Equal(only, _ports.Reserve("a", Wanted, range)["game"]);
        Assert.Equal(only, _ports.Reserve("a", Wanted, range)["game"]);
        Assert.Contains($"All ports of {only} are in use, so b cannot start", Assert.Throws<StartException>(
            () => _ports.Reserve("b", Wanted, range)).Message, StringComparison.Ordinal);
        _ports.Release("a");
        Assert.Equal(only, _ports.Reserve("b", Wanted, range)["game"]);
    }

    [Fact]
    public void Port_that_another_program_has_is_passed_over_and_taken_as_soon_as_it_is_free()
    {
        int port;
        using (var other = new UdpClient(new IPEndPoint(IPAddress.Any, 0)))
        {
            port = ((IPEndPoint)other.Client.LocalEndPoint!).Port;
            Assert.Throws<StartException>(() => _ports.Reserve("a", Wanted, new GamePortRange(port, port)));
        }

        Assert.Equal(port, _ports.Reserve("a", Wanted, new GamePortRange(port, port))["game"]);
    }

    [Fact]
    public void Any_free_port_is_one_that_the_server_SDKs_accept()
    {
        var any = new GamePortRange(0, 0);
        var (one, other) = (_ports.Reserve("a", Wanted, any)["game"], _ports.Reserve("b", Wanted, any)["game"]);
        Assert.InRange(one, 1, GamePortRange.Highest);
        Assert.NotEqual(one, other);
        Assert.Equal(one, _ports.Reserve("a", Wanted, any)["game"]);
    }
}
