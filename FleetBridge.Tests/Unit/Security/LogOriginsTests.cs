using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.Unit.Security;

public sealed class LogOriginsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("http://localhost", true)]
    [InlineData("HTTP://LOCALHOST", true)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("http://localhost:80", false)]
    [InlineData("http://localhost:8765", false)]
    [InlineData("https://localhost", false)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("http://[::1]", false)]
    [InlineData("http://localhost/", false)]
    [InlineData("http://localhost.", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("http://example.com", false)]
    public void Only_the_engine_and_programs_may_read_the_log(string? origin, bool may) =>
        Assert.Equal(may, LogOrigins.EngineOnly.FindObjection(Request(origin)) is null);

    [Theory]
    [InlineData("http://localhost:3000", "http://localhost:3000", true)]
    [InlineData("http://localhost:3000/", "http://localhost:3000", true)]
    [InlineData("HTTP://LocalHost:3000", "http://localhost:3000", true)]
    [InlineData("http://127.0.0.1:80", "http://127.0.0.1", true)]
    [InlineData("https://localhost:443", "https://localhost", true)]
    [InlineData("http://localhost:3000", "http://localhost:3001", false)]
    [InlineData("http://localhost:3000", "https://localhost:3000", false)]
    [InlineData("http://localhost:3000", "http://127.0.0.1:3000", false)]
    public void Origin_that_the_user_names_may_too(string named, string sent, bool may)
    {
        Assert.True(LogOrigins.TryRead(named, out var origin));
        Assert.Equal(may, new LogOrigins([origin]).FindObjection(Request(sent)) is null);
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("localhost:3000")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("file://localhost")]
    [InlineData("http://localhost:3000/page")]
    [InlineData("http://localhost:3000, http://example.com")]
    public void Origin_that_is_not_of_this_machine_cannot_be_named(string text) => Assert.False(LogOrigins.TryRead(text, out _));

    [Fact]
    public void Every_origin_of_a_request_has_to_be_allowed()
    {
        var request = Request("http://localhost");
        request.Headers.Append("Origin", "http://localhost:3000");
        Assert.Contains("'http://localhost:3000'", LogOrigins.EngineOnly.FindObjection(request), StringComparison.Ordinal);
    }

    private static HttpRequest Request(string? origin)
    {
        var request = new DefaultHttpContext().Request;
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        return request;
    }
}
