using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>Who may use a worker's private API, and what it refuses.</summary>
public sealed class WorkerApiAccessTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    public static TheoryData<string, string> Routes => new()
    {
        { "GET", "/status" },
        { "POST", "/freeze" },
        { "POST", "/thaw" },
        { "POST", "/shutdown" },
        { "GET", "/server" },
        { "POST", "/server" },
        { "GET", "/server/s1" },
        { "DELETE", "/server/s1" },
        { "POST", "/server/s1/start" },
        { "POST", "/server/s1/shutdown" },
        { "POST", "/server/s1/kill" },
        { "POST", "/server/s1/command" },
        { "GET", "/server/s1/log" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Route_without_the_right_token_is_401(string method, string path)
    {
        foreach (var authorization in new[] { null, "Bearer wrong", $"Basic {worker.Token}", $"Bearer {worker.Token}x" })
        {
            using var request = worker.Request(method, $"{path}?token={worker.Token}", method == "POST" ? worker.Body() : null);
            request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
            using var response = await worker.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized"), (response.StatusCode, (string)problem["code"]!));
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains(worker.TokenFile, (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.DoesNotContain(worker.Token, (string)problem["detail"]!, StringComparison.Ordinal);
        }

        Assert.Equal("alive", (string)(await worker.CallAsync("GET", "/status")).Json["status"]!);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Referer", "http://evil.example/page")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Web_page_of_elsewhere_is_403_even_with_the_token(string header, string value)
    {
        using var request = worker.Request("POST", "/freeze");
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        var (status, problem) = await worker.SendAsync(request);
        Assert.Equal((403, "forbidden"), (status, (string)problem["code"]!));
        Assert.Equal("alive", (string)(await worker.CallAsync("GET", "/status")).Json["status"]!);
    }

    [Theory]
    [InlineData("/server", "text/plain")]
    [InlineData("/server", "application/x-www-form-urlencoded")]
    [InlineData("/server", "multipart/form-data")]
    public async Task Body_that_a_form_could_send_is_415(string path, string contentType)
    {
        using var request = worker.Request("POST", path, worker.Body(), contentType);
        var (status, problem) = await worker.SendAsync(request);
        Assert.Equal((415, "unsupported_media_type"), (status, (string)problem["code"]!));
    }

    [Theory]
    [InlineData("POST", "/server", "", 400, "invalid_json")]
    [InlineData("POST", "/server", "[]", 400, "invalid_json")]
    [InlineData("POST", "/server", "{}", 400, "invalid_game_id")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game"}""", 400, "invalid_configuration")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","configuration":{"executable":"../sh"}}""", 400, "invalid_configuration")]
    [InlineData("GET", "/server/nope", null, 404, "server_not_found")]
    [InlineData("DELETE", "/server/nope", null, 404, "server_not_found")]
    [InlineData("POST", "/server/nope/start", null, 404, "server_not_found")]
    [InlineData("POST", "/server/nope/shutdown", null, 404, "server_not_found")]
    [InlineData("POST", "/server/nope/kill", null, 404, "server_not_found")]
    [InlineData("POST", "/server/nope/command", """{"type":"start"}""", 404, "server_not_found")]
    [InlineData("GET", "/server/nope/log", null, 404, "server_not_found")]
    [InlineData("GET", "/server/%2e%2e%2fetc/log", null, 404, "server_not_found")]
    [InlineData("GET", "/", null, 404, "not_found")]
    [InlineData("GET", "/server/a/b", null, 404, "not_found")]
    [InlineData("GET", "/freeze", null, 405, "method_not_allowed")]
    [InlineData("PATCH", "/server", "{}", 405, "method_not_allowed")]
    [InlineData("DELETE", "/server/a/log", null, 405, "method_not_allowed")]
    public async Task What_is_refused_is_a_problem_with_a_code(string method, string path, string? body, int status, string code)
    {
        var (actual, problem) = await worker.CallAsync(method, path, body);
        Assert.Equal((status, code), (actual, (string)problem["code"]!));
        Assert.NotEqual("", (string)problem["detail"]!);
    }

    [Fact]
    public void Token_is_a_secret_of_the_worker_s_user()
    {
        Requires.Unix();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(worker.TokenFile));
        }

        Assert.True(worker.Token.Length >= 32);
    }
}
