using System.Diagnostics;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>The program itself on the mesh, as a user starts it.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshProcessTests(MeshFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string KeyFile => _folder["studio.key"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Servers_of_all_hosts_are_one_list_and_a_host_that_hangs_is_named()
    {
        await PrepareAsync();
        await using var one = await HostProcess.StartAsync(_folder["one"], 0, 0, [.. Mesh, "--mesh-name", "one"]);
        await using var two = await HostProcess.StartAsync(_folder["two"], 0, 0, [.. Mesh, "--mesh-name", "two"]);
        FleetBridgeResult? whole = null;
        await Eventually.TrueAsync(
            async () => (whole = await RunAsync("servers", "--all", "--json")).Code == 0 && whole.Json["hosts"]!.AsArray().Count == 2, "both hosts respond");

        await two.Process.FreezeAsync();
        var partial = await RunAsync("servers", "--all", "--json");
        var table = await RunAsync("servers", "--all");
        two.Process.Signal(FleetBridgeProcess.Continue);

        Assert.Equal("""["one","two"]""", whole!.Json["hosts"]!.ToJsonString());
        Assert.Equal("[]", whole.Json["missing"]!.ToJsonString());
        Assert.Equal("""["one"]""", partial.Json["hosts"]!.ToJsonString());
        Assert.Equal("two", partial.Json["missing"]![0]!["host"]!.ToString());
        Assert.Equal((1, 1), (partial.Code, table.Code));
        Assert.Contains("fleet.two is missing", table.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_of_a_host_reaches_the_bridges_of_the_mesh_and_has_none_of_its_own()
    {
        await PrepareAsync();
        await using var serving = await ServingProcess.StartAsync(
            _folder["serve"], ["--http-port", "0", "--websocket-port", "0", "--gateway-port", "off", .. Mesh, "--mesh-name", "one"], Password);
        await using var host = await HostProcess.StartAsync(_folder["host"], 0, 0, ["--gateway-port", "0", .. Mesh, "--mesh-name", "two"]);
        var token = (string)(await FleetBridgeProcess.RunAsync(
            _folder["host"], ["token", "new", "--name", "ann", "--role", "operator", "--json"])).Json["token"]!;
        using var consumer = await GatewayConsumer.GreetedAsync((int)host.Announcement["gateway_port"]!, token);
        JsonObject? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await AskAsync(consumer, "fleetbridge.one", "backends"))["error"] is null, "the bridge is reached");

        Assert.Contains("aws", answer!["result"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("not_found", (string?)(await AskAsync(consumer, "bridge", "backends"))["error"]?["error"]);
    }

    private static async Task<JsonObject> AskAsync(GatewayConsumer consumer, string service, string method)
    {
        await consumer.SendAsync("request", new JsonObject { ["service"] = service, ["method"] = method, ["params"] = new JsonObject() });
        return (await consumer.ReadAsync("response")).AsObject();
    }

    [Fact]
    public async Task Options_of_servers_that_contradict_each_other_are_refused()
    {
        await PrepareAsync();

        Assert.Equal(2, (await FleetBridgeProcess.RunAsync(_folder["state"], ["servers", "--all"])).Code);
        Assert.Equal(2, (await RunAsync("servers")).Code);
        Assert.Equal(2, (await RunAsync("servers", "--all", "--worker", "w-1")).Code);
    }

    [Fact]
    public async Task Worker_says_its_status_on_the_mesh()
    {
        await PrepareAsync();
        await using var host = await HostProcess.StartAsync(_folder["host"]);
        await using var worker = FleetBridgeProcess.Start(
            _folder["worker"],
            ["worker", "--json", "--host", $"http://127.0.0.1:{host.HttpPort}", "--data", _folder["data"], .. Mesh, "--mesh-name", "build-7"]);
        await worker.WaitForAsync(process => process.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
        var id = JsonNode.Parse(worker.Output.Split('\n')[0])!["worker_id"]!.ToString();
        FleetBridgeResult? status = null;
        await Eventually.TrueAsync(async () => (status = await RunAsync("mesh", "call", "worker.build-7", "status")).Code == 0, "it responds");

        var servers = await RunAsync("mesh", "call", "worker.build-7", "servers");
        var changing = await RunAsync("mesh", "call", "worker.build-7", "shutdown");
        var listed = await RunAsync("mesh", "services", "--json");

        Assert.Equal((id, "alive"), (status!.Json["id"]!.ToString(), status.Json["status"]!.ToString()));
        Assert.Equal("[]", servers.Json["items"]!.ToJsonString());
        Assert.NotEqual(0, changing.Code);
        Assert.Contains("no method 'shutdown'", changing.Error, StringComparison.Ordinal);
        Assert.Contains("worker.build-7", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_of_a_bridge_and_of_the_command_line_name_a_service_whose_queue_nobody_reads()
    {
        await PrepareAsync();
        await fixture.DesertAsync("forsaken");
        await using var serving = await ServingProcess.StartAsync(
            _folder["serve"], ["--http-port", "0", "--websocket-port", "0", .. Mesh, "--mesh-name", "one", "--mesh-service", "forsaken"], Password);
        FleetBridgeResult? asked = null;
        await Eventually.TrueAsync(
            async () => (asked = await RunAsync("mesh", "call", "fleetbridge.one", "doctor")).Code == 0, "the bridge responds");

        var own = await RunAsync("doctor", "--json", "--mesh-service", "forsaken");

        foreach (var checks in new[] { asked!.Json["checks"]!, own.Json["checks"]! })
        {
            var check = checks.AsArray().Single(one => one!["name"]!.ToString() == "mesh service forsaken")!;
            Assert.Equal("failed", check["state"]!.ToString());
            Assert.Contains("1 call waits", check["message"]!.ToString(), StringComparison.Ordinal);
            Assert.Contains("Start forsaken", check["remedy"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("python")]
    public async Task Sample_is_described_and_called(string language)
    {
        await PrepareAsync();
        var (service, method, parameters) = language == "csharp"
            ? ("stock", "take", new[] { "item=sword", "count=2" }) : ("orders-sample", "add", ["sku=sword", "count=2"]);
        using var sample = StartSample(language);
        try
        {
            FleetBridgeResult? described = null;
            await Eventually.TrueAsync(async () => (described = await RunAsync("mesh", "call", service, "nuropb_describe")).Code == 0, "it responds");
            var called = await RunAsync(["mesh", "call", service, method, .. parameters]);
            var refused = await RunAsync("mesh", "call", service, "nonsense");

            Assert.NotNull(described!.Json["methods"]![method]);
            Assert.Equal(language == "csharp" ? "8" : "1", called.Output.Trim());
            Assert.Contains("nonsense", refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            sample.Kill();
            await sample.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificate_of_the_broker_that_has_expired_is_said_and_a_valid_one_works(bool hasExpired)
    {
        await PrepareAsync();
        using var authority = new StudioAuthority(hasExpired);
        await File.WriteAllTextAsync(_folder["authority.pem"], authority.Pem, TestContext.Current.CancellationToken);
        await using var front = new TlsFront(authority.Certificate, fixture.Broker.Port);

        var result = await FleetBridgeProcess.RunAsync(
            _folder["state"],
            ["mesh", "services", "--mesh", $"amqps://test@localhost:{front.Port}/mesh"],
            new Dictionary<string, string>(Password) { ["SSL_CERT_FILE"] = _folder["authority.pem"] });

        Assert.Equal(hasExpired ? 8 : 0, result.Code);
        Assert.Equal(hasExpired, result.Error.Contains("has expired", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Assembly_of_RabbitMQ_is_loaded_only_where_a_broker_is_named(bool isNamed)
    {
        await PrepareAsync();
        await using var serving = await ServingProcess.StartAsync(
            _folder["serve"], ["--http-port", "0", "--websocket-port", "0", .. isNamed ? [.. Mesh, "--mesh-name", "one"] : Array.Empty<string>()], Password);
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri($"http://127.0.0.1:{serving.HttpPort}/healthz"), TestContext.Current.CancellationToken);

        var maps = await File.ReadAllTextAsync($"/proc/{serving.Announcement["pid"]}/maps", TestContext.Current.CancellationToken);

        Assert.Equal(isNamed, maps.Contains("RabbitMQ.Client", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Password => new() { ["FLEETBRIDGE_MESH_PASSWORD"] = "test" };

    private string[] Mesh => ["--mesh", $"amqp://test@127.0.0.1:{fixture.Broker.Port}/mesh", "--mesh-key", KeyFile, "--mesh-password-file", _folder["password"]];

    private async Task PrepareAsync()
    {
        await fixture.RequireAsync();
        await File.WriteAllTextAsync(KeyFile, new string('k', 40), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["password"], "test", TestContext.Current.CancellationToken);
        foreach (var file in new[] { KeyFile, _folder["password"] })
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    private Task<FleetBridgeResult> RunAsync(params string[] args) => FleetBridgeProcess.RunAsync(_folder["state"], [.. args, .. Mesh]);

    private Process StartSample(string language)
    {
        var start = language == "csharp"
            ? new ProcessStartInfo(Repository.MeshService)
            : new ProcessStartInfo(Requires.RealPython, ["-B", Path.Combine(Repository.Root, "samples", "mesh", "orders.py")]);
        FleetBridgeProcess.Prepare(start.Environment, _folder["sample"]);
        start.Environment["MESH_URL"] = fixture.Broker.Url();
        start.Environment["MESH_NAME"] = "orders-sample";
        return Process.Start(start)!;
    }
}
