using System.Net;
using FleetBridge.Core.Security;

namespace FleetBridge.Tests.Unit.Security;

public sealed class LoopbackHttpTests
{
    private static readonly Uri Proxy = new("http://proxy.example:3128");

    [Theory]
    [InlineData("http://localhost:8000/healthz")]
    [InlineData("http://LOCALHOST")]
    [InlineData("ws://localhost:8765/")]
    [InlineData("https://127.0.0.1:4566")]
    [InlineData("http://127.1.2.3")]
    [InlineData("http://[::1]:8000")]
    [InlineData("http://[::ffff:127.0.0.1]:8000")]
    [InlineData("http://localhost.:8000")]
    [InlineData("http://aws.localhost:4566")]
    public void This_machine_is_never_asked_for_at_a_proxy(string address)
    {
        var proxy = new LoopbackHttp.BypassingProxy(new WebProxy(Proxy, BypassOnLocal: false));
        Assert.True(proxy.IsBypassed(new Uri(address)));
        Assert.Null(proxy.GetProxy(new Uri(address)));
    }

    [Theory]
    [InlineData("https://gamelift.us-west-2.amazonaws.com")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("http://10.0.0.1")]
    public void Other_machines_are_asked_for_there(string address)
    {
        var proxy = new LoopbackHttp.BypassingProxy(new WebProxy(Proxy));
        Assert.False(proxy.IsBypassed(new Uri(address)));
        Assert.Equal(Proxy, proxy.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Clients_of_bridges_have_no_proxy_no_redirect_and_no_cookies()
    {
        using var handler = LoopbackHttp.CreateHandler();
        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
    }
}
