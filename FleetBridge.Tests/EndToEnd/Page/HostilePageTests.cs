using System.Globalization;
using System.Text;
using FleetBridge.Gateway.Page;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>What is sent to the page's port by whom it is not for, byte by byte.</summary>
[Collection(PageSite.Collection)]
public sealed class HostilePageTests(PageSite site)
{
    private const string Json = "Content-Type: application/json\r\nX-FleetBridge: login\r\n";

    /// <summary>Each case: the method, the path, the header lines (HOST, ORIGIN and ASSETS are filled in), the body, the status.</summary>
    public static TheoryData<string, string, string, string, string, int> Cases => new()
    {
        { "a page that has found this port by another name", "GET /", "Host: rebound.test:PORT\r\n", "", "", 403 },
        { "a Host without the port", "GET /", "Host: localhost\r\n", "", "", 403 },
        { "a Host with another port", "GET /", "Host: localhost:1\r\n", "", "", 403 },
        { "another spelling of this machine", "GET /", "Host: 127.1:PORT\r\n", "", "", 403 },
        { "a foreign Origin", "GET /", "HOST\r\nOrigin: http://evil.test\r\n", "", "", 403 },
        { "an Origin of another port", "GET /", "HOST\r\nOrigin: http://localhost:1\r\n", "", "", 403 },
        { "an Origin without a name", "POST /login", "HOST\r\nOrigin: null\r\n" + Json, "", "{\"token\":\"x\"}", 403 },
        { "a link on another site", "GET /login?t=x", "HOST\r\nSec-Fetch-Site: cross-site\r\n", "", "", 403 },
        { "a page on another port", "GET /", "HOST\r\nSec-Fetch-Site: same-site\r\n", "", "", 403 },
        { "a form", "POST /login", "HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n", "", "token=x", 415 },
        { "a form that claims to be text", "POST /login", "HOST\r\nContent-Type: text/plain\r\n", "", "{\"token\":\"x\"}", 415 },
        { "JSON without our header", "POST /login", "HOST\r\nContent-Type: application/json\r\n", "", "{\"token\":\"x\"}", 415 },
        { "no JSON", "POST /login", "HOST\r\n" + Json, "", "token", 400 },
        { "JSON without a token", "POST /login", "HOST\r\n" + Json, "", "[1]", 400 },
        { "a wrong token", "POST /login", "HOST\r\n" + Json, "", "{\"token\":\"wrong\"}", 401 },
        { "a wrong link", "GET /login?t=wrong", "HOST\r\n", "", "", 401 },
        { "a link with two tokens", "GET /login?t=one&t=two", "HOST\r\n", "", "", 200 },
        { "no session", "GET /", "HOST\r\n", "Location: /login", "", 303 },
        { "a made-up session", "GET /", "HOST\r\nCookie: fleetbridge-PORT=AAAA\r\n", "Location: /login", "", 303 },
        { "a session of another port", "GET /", "HOST\r\nCookie: fleetbridge-1=AAAA\r\n", "Location: /login", "", 303 },
        { "no session, in words", "GET /session", "HOST\r\n", "", "", 401 },
        { "a change by GET", "GET /logout", "HOST\r\n", "", "", 405 },
        { "a method that there is not", "DELETE /", "HOST\r\n", "", "", 405 },
        { "a file above the files", "GET /assets/ASSETS/../../etc/passwd", "HOST\r\n", "", "", 404 },
        { "a file above the files, escaped", "GET /assets/ASSETS/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "HOST\r\n", "", "", 404 },
        { "a file above the files, by backslashes", "GET /assets/ASSETS/..%5C..%5Cetc%5Cpasswd", "HOST\r\n", "", "", 404 },
        { "an absolute file", "GET /assets/ASSETS//etc/passwd", "HOST\r\n", "", "", 404 },
        { "a file with a NUL", "GET /assets/ASSETS/main.js%00.css", "HOST\r\n", "", "", 400 },
        { "the page as a file", "GET /assets/ASSETS/index.html", "HOST\r\n", "", "", 404 },
        { "a packed file by its own name", "GET /assets/ASSETS/main.js.br", "HOST\r\n", "", "", 404 },
        { "a file of another build", "GET /assets/0123456789abcdef/main.js", "HOST\r\n", "", "", 404 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_is_refused(string what, string line, string headers, string expected, string body, int status)
    {
        var response = await SendAsync(line, headers, body);
        Assert.True(status == response.Status, $"{what}: {response.Head}");
        Assert.Contains(expected, response.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", response.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("root:", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_is_used_up_by_whoever_opens_it_and_by_nobody_who_looks_ahead()
    {
        var line = $"/login?t={site.NewLink()}";
        Assert.Equal(200, (await SendAsync($"HEAD {line}", "HOST\r\nConnection: close\r\n", "")).Status);
        Assert.Equal(200, (await SendAsync($"GET {line}", "HOST\r\nSec-Purpose: prefetch;prerender\r\n", "")).Status);
        var opened = await SendAsync($"GET {line}", "HOST\r\nSec-Fetch-Site: none\r\n", "");
        Assert.Equal(303, opened.Status);
        Assert.Equal("/", opened.Headers["Location"].Single());
        var cookie = opened.Headers["Set-Cookie"].Single();
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"fleetbridge-{site.Port}="), cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(401, (await SendAsync($"GET {line}", "HOST\r\n", "")).Status);
        var home = await SendAsync("GET /", $"HOST\r\nCookie: {cookie.Split(';')[0]}\r\n", "");
        Assert.Equal(200, home.Status);
        Assert.Equal("no-store", home.Headers["Cache-Control"].Single());
    }

    [Fact]
    public async Task Session_ends_with_its_logout()
    {
        var opened = await SendAsync("POST /login", "HOST\r\n" + Json, $$"""{"token":"{{site.NewLink()}}"}""");
        Assert.Equal(200, opened.Status);
        Assert.Equal("admin", (string?)opened.Json["role"]);
        var cookie = opened.Headers["Set-Cookie"].Single().Split(';')[0];
        Assert.Equal(200, (await SendAsync("GET /session", $"HOST\r\nCookie: {cookie}\r\n", "")).Status);
        Assert.Equal(204, (await SendAsync("POST /logout", $"HOST\r\nCookie: {cookie}\r\n{Json}", "{}")).Status);
        Assert.Equal(401, (await SendAsync("GET /session", $"HOST\r\nCookie: {cookie}\r\n", "")).Status);
    }

    [Theory]
    [InlineData("GET /login")]
    [InlineData("GET /")]
    [InlineData("GET /session")]
    [InlineData("GET /assets/ASSETS/main.js")]
    [InlineData("GET /assets/ASSETS/nothing.js")]
    public async Task Every_response_has_the_policy(string line)
    {
        var response = await SendAsync(line, "HOST\r\n", "");
        var policy = response.Headers["Content-Security-Policy"].Single();
        Assert.Contains("default-src 'none'; script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers["X-Content-Type-Options"].Single());
        Assert.Equal("no-referrer", response.Headers["Referrer-Policy"].Single());
        Assert.Equal("same-origin", response.Headers["Cross-Origin-Opener-Policy"].Single());
        Assert.Equal("same-origin", response.Headers["Cross-Origin-Resource-Policy"].Single());
    }

    [Fact]
    public async Task Files_are_kept_for_ever_and_compressed()
    {
        var brotli = await SendAsync("GET /assets/ASSETS/main.js", "HOST\r\nAccept-Encoding: gzip, deflate, br\r\n", "");
        var gzip = await SendAsync("GET /assets/ASSETS/main.js", "HOST\r\nAccept-Encoding: gzip;q=1, br;q=0\r\n", "");
        var plain = await SendAsync("GET /assets/ASSETS/main.js", "HOST\r\n", "");
        Assert.Equal("br", brotli.Headers["Content-Encoding"].Single());
        Assert.Equal("gzip", gzip.Headers["Content-Encoding"].Single());
        Assert.Empty(plain.Headers["Content-Encoding"]);
        Assert.Contains("immutable", plain.Headers["Cache-Control"].Single(), StringComparison.Ordinal);
        Assert.Equal("Accept-Encoding", plain.Headers["Vary"].Single());
        Assert.Contains("import", plain.Text, StringComparison.Ordinal);
        Assert.True(brotli.Body.Length < plain.Body.Length / 2);
    }

    private async Task<RawResponse> SendAsync(string line, string headers, string body)
    {
        using var raw = await RawHttp.ConnectAsync(site.Port);
        var port = site.Port.ToString(CultureInfo.InvariantCulture);
        var text = line.Replace("ASSETS", new PageAssets().Hash, StringComparison.Ordinal) + " HTTP/1.1\r\n"
            + headers.Replace("HOST", $"Host: localhost:{port}", StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal)
            + (body.Length > 0 ? $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n" : "") + "\r\n" + body;
        await raw.SendAsync(text);
        return line.StartsWith("HEAD", StringComparison.Ordinal)
            ? new RawResponse(int.Parse((await raw.ReadHeadAsync()).Split(' ')[1], CultureInfo.InvariantCulture), "", Enumerable.Empty<string>().ToLookup(one => one), [])
            : await raw.ReadResponseAsync();
    }
}
