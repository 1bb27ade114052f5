using FleetBridge.Options;

namespace FleetBridge.Tests.Unit.Options;

public sealed class HttpAddressTests
{
    [Theory]
    [InlineData("http://localhost:8000", "http://localhost:8000/")]
    [InlineData("HTTP://LOCALHOST:8000", "http://localhost:8000/")]
    [InlineData("http://localhost", "http://localhost/")]
    [InlineData("localhost:8000", "http://localhost:8000/")]
    [InlineData("127.0.0.1:8000", "http://127.0.0.1:8000/")]
    [InlineData("[::1]:8000", "http://[::1]:8000/")]
    [InlineData("build-machine:8000/aws/1/config?prefix=a", "http://build-machine:8000/aws/1/config?prefix=a")]
    [InlineData("localhost:8000?x=http://other", null)]
    [InlineData("localhost", null)]
    [InlineData("notaurl", null)]
    [InlineData("8000", null)]
    [InlineData(":8000", null)]
    [InlineData("localhost:", null)]
    [InlineData("localhost:99999", null)]
    [InlineData("localhost:-1", null)]
    [InlineData("C:\\bridge", null)]
    [InlineData("mailto:8000", "http://mailto:8000/")]
    [InlineData("user:1234@host", null)]
    [InlineData("https://localhost:8000", "https://localhost:8000/")]
    [InlineData("ws://localhost:8765", null)]
    [InlineData("http://", null)]
    [InlineData("http:///path", null)]
    [InlineData("//localhost:8000", null)]
    [InlineData("@x", null)]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    public void Address_is_understood_as_people_write_it(string text, string? expected) =>
        Assert.Equal(expected, HttpAddress.TryRead(text)?.AbsoluteUri);
}
