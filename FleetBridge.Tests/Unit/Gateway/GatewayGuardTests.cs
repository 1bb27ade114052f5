using FleetBridge.Gateway.Hosting;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class GatewayGuardTests
{
    [Theory]
    [InlineData("localhost:8770", null, null, true)]
    [InlineData("127.0.0.1:8770", "http://127.0.0.1:8770", "same-origin", true)]
    [InlineData("[::1]:8770", "http://[::1]:8770", null, true)]
    [InlineData("LOCALHOST:8770", "http://localhost:8770", null, true)]
    [InlineData("localhost", null, null, false)]
    [InlineData("localhost:8771", null, null, false)]
    [InlineData("localhost.:8770", null, null, false)]
    [InlineData("127.1:8770", null, null, false)]
    [InlineData("evil.example:8770", null, null, false)]
    [InlineData("evil.example:8770", "http://evil.example:8770", "same-origin", false)]
    [InlineData("localhost:8770", "http://evil.example", null, false)]
    [InlineData("localhost:8770", "http://localhost:3000", null, false)]
    [InlineData("localhost:8770", "https://localhost:8770", null, false)]
    [InlineData("localhost:8770", "http://127.0.0.1:8770", null, false)]
    [InlineData("localhost:8770", "http://localhost:8770.evil.example", null, false)]
    [InlineData("localhost:8770", "null", null, false)]
    [InlineData("localhost:8770", "", null, false)]
    [InlineData("localhost:8770", "http://localhost:8770", "cross-site", false)]
    [InlineData("localhost:8770", "http://localhost:8770", "same-site", false)]
    [InlineData("localhost:8770", null, "none", false)]
    public void An_upgrade_is_of_a_program_or_of_the_page_itself(string host, string? origin, string? site, bool passes) =>
        Assert.Equal(passes, new GatewayGuard(8770, isPublic: false, isTls: false).FindObjection(Request("GET", host, origin, site), isUpgrade: true) is null);

    [Theory]
    [InlineData("GET", "none", true)]
    [InlineData("HEAD", "none", true)]
    [InlineData("POST", "none", false)]
    [InlineData("GET", "same-origin", true)]
    [InlineData("POST", "same-origin", true)]
    [InlineData("GET", "cross-site", false)]
    public void A_page_is_opened_by_itself_or_by_somebody_who_types(string method, string site, bool passes) =>
        Assert.Equal(passes, new GatewayGuard(8770, isPublic: false, isTls: false).FindObjection(Request(method, "localhost:8770", null, site), isUpgrade: false) is null);

    [Theory]
    [InlineData("builds:8770", "https://builds:8770", true)]
    [InlineData("builds:8770", "http://builds:8770", false)]
    [InlineData("builds:8770", "https://evil.example", false)]
    public void Beyond_this_machine_the_certificate_proves_the_host(string host, string origin, bool passes) =>
        Assert.Equal(passes, new GatewayGuard(8770, isPublic: true, isTls: true).FindObjection(Request("GET", host, origin, null), isUpgrade: true) is null);

    private static HttpRequest Request(string method, string host, string? origin, string? site)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Headers.Host) = (method, host);
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            request.Headers["Sec-Fetch-Site"] = site;
        }

        return request;
    }
}
