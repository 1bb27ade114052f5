using FleetBridge.Core.Security;

namespace FleetBridge.Tests.Unit.Security;

/// <summary>Spellings that the web server refuses by itself, and that are still not names of this machine.</summary>
public sealed class LoopbackNamesTests
{
    [Theory]
    [InlineData("[::1]example.com")]
    [InlineData("[::1]:")]
    [InlineData("[::1")]
    [InlineData("::1")]
    [InlineData("localhost:")]
    [InlineData("localhost:80:80")]
    [InlineData("localhost:+80")]
    [InlineData("localhost: 80")]
    [InlineData("localhost:\u0663")]
    [InlineData("localhost:080000")]
    [InlineData("user@localhost")]
    [InlineData("localhost@example.com")]
    [InlineData("localhost/example.com")]
    [InlineData("localhost, example.com")]
    [InlineData(" localhost")]
    [InlineData("localhost ")]
    [InlineData("loc\u0430lhost")]
    [InlineData("")]
    public void Other_spelling_is_another_machine(string authority)
    {
        Assert.False(LoopbackNames.IsAuthority(authority));
        Assert.False(LoopbackNames.IsOrigin($"http://{authority}"));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:0", true)]
    [InlineData("127.0.0.1:65535", true)]
    [InlineData("127.0.0.1:65536", false)]
    [InlineData("[::1]:8000", true)]
    public void Name_with_any_port_is_this_machine(string authority, bool expected) =>
        Assert.Equal(expected, LoopbackNames.IsAuthority(authority));

    [Theory]
    [InlineData("http://localhost", true, true)]
    [InlineData("HTTPS://LocalHost:1", true, true)]
    [InlineData("http://localhost/a", false, true)]
    [InlineData("http://localhost?a", false, true)]
    [InlineData("http://localhost#a", false, true)]
    [InlineData("http:localhost", false, false)]
    [InlineData("http:///localhost", false, false)]
    [InlineData("//localhost", false, false)]
    [InlineData("about:blank", false, false)]
    public void Page_may_have_a_path_and_an_origin_may_not(string address, bool isOrigin, bool isPage) =>
        Assert.Equal((isOrigin, isPage), (LoopbackNames.IsOrigin(address), LoopbackNames.IsPage(address)));
}
