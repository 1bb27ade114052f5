using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using FleetBridge.Fleet.Workers.Routes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Workers;

/// <summary>The routes of a host that really listens, with a worker that only the store knows.</summary>
public sealed class FleetRoutesTests(FleetRoutesTests.HostFixture fixture) : IClassFixture<FleetRoutesTests.HostFixture>
{
    private const string Worker = "w-there";
    private const string Good = """{"game_id":"folder:/srv/game","configuration":{"executable":"run"}}""";

    [Fact]
    public async Task A_server_is_made_listed_configured_commanded_and_deleted()
    {
        var (status, server) = await CallAsync("POST", "/server", Good);
        var id = (string)server["id"]!;
        Assert.Equal((HttpStatusCode.Created, "stopped", Worker), (status, (string)server["desired_state"]!, (string)server["worker_id"]!));
        string[] names =
        [
            "id", "worker_id", "game_id", "desired_state", "state", "pid", "started_at", "exit_code", "signal", "reason", "restarts", "next_try_at",
            "ports", "cpu_percent", "memory_bytes", "stopped_by", "progress",
        ];
        Assert.All(names, name => Assert.True(server.AsObject().ContainsKey(name), name));

        var list = await GetAsync($"/server?worker_id={Worker}&game_id=folder:/srv/game&limit=1000");
        Assert.Contains(list["items"]!.AsArray(), item => (string)item!["id"]! == id);
        Assert.All(list["items"]!.AsArray(), item => Assert.False(item!.AsObject().ContainsKey("recent_ends")));
        Assert.Empty((await GetAsync($"/server/{id}"))["recent_ends"]!.AsArray());
        Assert.Empty((await GetAsync("/server?worker_id=other"))["items"]!.AsArray());

        (status, var changed) = await CallAsync("PUT", $"/server/{id}", """{"configuration":{"executable":"other","ports":{"game":7777}}}""");
        Assert.Equal((HttpStatusCode.OK, false, "other"), (status, (bool)changed["restart_needed"]!, (string)changed["configuration"]!["executable"]!));

        (status, var command) = await CallAsync("POST", $"/server/{id}/command", """{"type":"start","timeout_seconds":30}""");
        Assert.Equal((HttpStatusCode.Accepted, "pending", id), (status, (string)command["status"]!, (string)command["server_id"]!));
        var times = DateTimeOffset.Parse((string)command["created_at"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.EndsWith("Z", (string)command["created_at"]!, StringComparison.Ordinal);
        Assert.True(times > DateTimeOffset.UnixEpoch);
        Assert.Equal("running", (string)(await GetAsync($"/server/{id}"))["desired_state"]!);
        Assert.Equal((string)command["id"]!, (string)(await GetAsync($"/server/{id}/command/{command["id"]}"))["id"]!);
        Assert.Single((await GetAsync($"/server/{id}/command"))["items"]!.AsArray());

        (status, _) = await CallAsync("DELETE", $"/server/{id}", null);
        Assert.Equal(HttpStatusCode.Accepted, status);
        var (gone, problem) = await CallAsync("POST", $"/server/{id}/command", """{"type":"start"}""");
        Assert.Equal((HttpStatusCode.Conflict, "server_deleted"), (gone, (string)problem["code"]!));
    }

    [Theory]
    [InlineData("GET", "/server/nope", null, 404, "server_not_found")]
    [InlineData("GET", "/worker/nope", null, 404, "worker_not_found")]
    [InlineData("GET", "/server/nope/log", null, 404, "server_not_found")]
    [InlineData("GET", "/server/%2e%2e%2fetc/log", null, 404, "server_not_found")]
    [InlineData("POST", "/server/nope/command", """{"type":"start"}""", 404, "server_not_found")]
    [InlineData("GET", "/server/a/b/c/d", null, 404, "not_found")]
    [InlineData("PATCH", "/server", "{}", 405, "method_not_allowed")]
    [InlineData("GET", "/server?limit=0", null, 400, "invalid_query")]
    [InlineData("GET", "/server?after=x", null, 400, "invalid_query")]
    [InlineData("POST", "/server", "", 400, "invalid_json")]
    [InlineData("POST", "/server", "null", 400, "invalid_json")]
    [InlineData("POST", "/server", "[]", 400, "invalid_json")]
    [InlineData("POST", "/server", "{", 400, "invalid_json")]
    [InlineData("POST", "/server", "{}", 400, "invalid_game_id")]
    [InlineData("POST", "/server", """{"game_id":1}""", 400, "invalid_json")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game"}""", 400, "invalid_configuration")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","configuration":{"executable":"/bin/sh"}}""", 400, "invalid_configuration")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","configuration":{"executable":"a","exekutable":"b"}}""", 400, "invalid_json")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","configuration":{"executable":"a","health":{"type":"magic"}}}""", 400, "invalid_json")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","game_id":"folder:/srv/x","configuration":{"executable":"a"}}""", 400, "invalid_json")]
    [InlineData("POST", "/server", """{"game_id":"docker:game","configuration":{}}""", 409, "no_worker")]
    [InlineData("POST", "/server", """{"game_id":"folder:/srv/game","worker_id":"nope","configuration":{"executable":"a"}}""", 400, "unknown_worker")]
    [InlineData("PUT", "/worker/w-there", """{"status":"unknown"}""", 400, "invalid_worker")]
    [InlineData("POST", "/worker/%20", """{"name":"x"}""", 400, "invalid_worker")]
    public async Task What_is_refused_is_a_problem_with_a_code(string method, string path, string? body, int status, string code)
    {
        var (actual, problem) = await CallAsync(method, path, body);

        Assert.Equal((status, code), ((int)actual, (string)problem["code"]!));
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEqual("", (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("""{}""", "type is missing")]
    [InlineData("""{"type":"stdin"}""", "text is missing")]
    [InlineData("""{"type":"stdin","text":"a\nb"}""", "line break")]
    [InlineData("""{"type":"start","text":"a"}""", "stdin")]
    [InlineData("""{"type":"start","timeout_seconds":0}""", "timeout_seconds")]
    [InlineData("""{"type":"explode"}""", "one of the values")]
    public async Task A_wrong_command_says_what_is_wrong(string body, string words)
    {
        var (_, server) = await CallAsync("POST", "/server", Good);

        var (status, problem) = await CallAsync("POST", $"/server/{server["id"]}/command", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(words, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_web_page_of_elsewhere_is_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/server", UriKind.Relative))
        {
            Content = new StringContent(Good, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await fixture.Host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json-patch+json")]
    public async Task A_body_that_a_form_could_send_is_refused(string contentType)
    {
        using var content = new StringContent(Good, Encoding.UTF8, contentType);

        using var response = await fixture.Host.Http.PostAsync(
            new Uri("/server", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_frozen_worker_takes_no_server_that_names_it()
    {
        await CallAsync("POST", "/worker/w-cold", """{"name":"cold"}""");
        await CallAsync("POST", "/worker/w-cold/health", "{}");
        var (_, frozen) = await CallAsync("PUT", "/worker/w-cold", """{"status":"frozen"}""");
        Assert.Equal("frozen", (string)frozen["status"]!);

        var (status, problem) = await CallAsync(
            "POST", "/server", """{"game_id":"folder:/srv/game","worker_id":"w-cold","configuration":{"executable":"a"}}""");

        Assert.Equal((HttpStatusCode.Conflict, "worker_frozen"), (status, (string)problem["code"]!));
    }

    [Fact]
    public async Task A_worker_without_a_link_has_no_log_to_read()
    {
        var (_, server) = await CallAsync("POST", "/server", Good);

        var (status, problem) = await CallAsync("GET", $"/server/{server["id"]}/log?tail=3", null);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "worker_unreachable"), (status, (string)problem["code"]!));
        (status, problem) = await CallAsync("GET", $"/server/{server["id"]}/log?from=yesterday", null);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_query"), (status, (string)problem["code"]!));
    }

    [Fact]
    public async Task The_OpenAPI_document_has_every_route_and_so_have_the_docs()
    {
        var paths = (await GetAsync("/openapi.json"))["paths"]!.AsObject();
        var docs = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "fleet.md"), TestContext.Current.CancellationToken);

        Assert.All(FleetRoutes.All, route =>
        {
            Assert.NotNull(paths[route.Path]![route.Method.ToLowerInvariant()]!["summary"]);
            Assert.Contains($"| {route.Method} | `{route.Path}` |", docs, StringComparison.Ordinal);
        });
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        var (status, json) = await CallAsync("GET", path, null);
        Assert.Equal(HttpStatusCode.OK, status);
        return json;
    }

    private async Task<(HttpStatusCode Status, JsonNode Json)> CallAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await fixture.Host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    /// <summary>A host with one worker.</summary>
    public sealed class HostFixture : IAsyncLifetime
    {
        private TestHost? _host;

        internal TestHost Host => _host!;

        public async ValueTask InitializeAsync()
        {
            _host = await TestHost.StartAsync();
            await _host.Fleet.ChangeAsync(model => WorkerRules.Greet(
                model, new WorkerHello { WorkerId = Worker, Name = "there", Version = "1", BootId = "b", CanInstall = [GameId.Folder] }, null));
            (await _host.Host.Workers.Fleet).Beat(Worker, new WorkerHealth());
            KeepAlive = TimeProvider.System.CreateTimer(
                _ => _host.Host.Workers.Fleet.Result.Beat(Worker, null), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }

        private ITimer? KeepAlive { get; set; }

        public async ValueTask DisposeAsync()
        {
            await KeepAlive!.DisposeAsync();
            await _host!.DisposeAsync();
        }
    }
}
