using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>Debian's RabbitMQ, started on loopback for the tests of one collection, and gone after them.</summary>
public sealed class RabbitBroker : IAsyncDisposable
{
    private const string Folder = "/usr/lib/rabbitmq/bin";
    private const string Server = $"{Folder}/rabbitmq-server";
    private const string Control = $"{Folder}/rabbitmqctl";

    private static readonly string[] Hosts = ["mesh", "other", "doomed", "differing"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;
    private readonly Process _names;
    private Process _server;

    private RabbitBroker()
    {
        Port = FreePorts.Take();
        var names = FreePorts.Take();
        Write();
        _environment = new Dictionary<string, string>
        {
            ["HOME"] = _folder.Path,
            ["RABBITMQ_NODENAME"] = Node,
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = _folder["rabbitmq.conf"],
            ["RABBITMQ_MNESIA_BASE"] = _folder["mnesia"],
            ["RABBITMQ_LOG_BASE"] = _folder["log"],
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder["enabled_plugins"],
            ["RABBITMQ_PID_FILE"] = PidFile,
            ["RABBITMQ_DIST_PORT"] = $"{FreePorts.Take()}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{names}",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        };

        // a child of ours: RabbitMQ would start one that stays
        _names = Run("epmd");
        _server = Run(Server);
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    private string Node => $"test{Port}@localhost";

    private string PidFile => _folder["pid"];

    private int? Pid => File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile).Trim(), out var pid) ? pid : null;

    /// <summary>Its address, with user and password.</summary>
    public string Url(string vhost = "mesh", string user = "test", string password = "test") => $"amqp://{user}:{password}@127.0.0.1:{Port}/{vhost}";

    /// <summary>Skips the test where this machine has none.</summary>
    internal static void Require()
    {
        Requires.Linux();
        Requires.File(Server, "rabbitmq-server");
        Requires.File(Requires.RealPython, "python3");
        Assert.SkipUnless(
            Directory.Exists("/usr/lib/python3/dist-packages/pika"), "There is no pika in /usr/bin/python3 (Debian: apt-get install python3-pika).");
    }

    /// <summary>Starts one.</summary>
    internal static async Task<RabbitBroker> StartAsync()
    {
        var broker = new RabbitBroker();
        try
        {
            await broker.ReadyAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a power cut does.</summary>
    internal async Task KillAsync()
    {
        Signal(FleetBridgeProcess.Kill);
        await _server.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same folder.</summary>
    internal async Task RestartAsync()
    {
        File.Delete(PidFile);
        _server.Dispose();
        _server = Run(Server);
        await ReadyAsync();
    }

    /// <summary>Stops it in its tracks: connections stay open, and nothing comes.</summary>
    internal Task FreezeAsync() => FleetBridgeProcess.FreezeAsync(Pid ?? throw new InvalidOperationException("RabbitMQ does not run."));

    /// <summary>It continues.</summary>
    internal void Thaw() => Signal(FleetBridgeProcess.Continue);

    /// <summary>Runs its control program.</summary>
    /// <returns>What it has printed.</returns>
    internal async Task<string> ControlAsync(params string[] arguments)
    {
        using var process = Start(Control, ["-q", "-n", Node, .. arguments]);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"rabbitmqctl {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return printed;
    }

    /// <summary>Starts a Python peer, which says when it is ready.</summary>
    internal static async Task<Process> StartPeerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Requires.RealPython, ["-B", Path.Combine(Repository.Root, "FleetBridge.Tests", "Fixtures", "MeshPeer", "peer.py"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited)
        {
            Signal(FleetBridgeProcess.Continue);
            Signal(FleetBridgeProcess.Terminate);
            await _server.WaitForExitAsync();
        }

        _server.Dispose();
        _names.Kill();
        await _names.WaitForExitAsync();
        _names.Dispose();
        _folder.Dispose();
    }

    private static string HashOf(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }

    private void Write()
    {
        var definitions = new JsonObject
        {
            ["users"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "test",
                    ["password_hash"] = HashOf("test"),
                    ["hashing_algorithm"] = "rabbit_password_hashing_sha256",
                    ["tags"] = "administrator",
                }),
            ["vhosts"] = new JsonArray([.. Hosts.Select(name => (JsonNode)new JsonObject { ["name"] = name })]),
            ["permissions"] = new JsonArray([.. Hosts.Select(name => (JsonNode)new JsonObject
            {
                ["user"] = "test", ["vhost"] = name, ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*",
            })]),
        };
        File.WriteAllText(_folder["definitions.json"], definitions.ToJsonString());
        File.WriteAllText(_folder["enabled_plugins"], "[].");
        File.WriteAllText(
            _folder["rabbitmq.conf"],
            $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            load_definitions = {_folder["definitions.json"]}
            log.console = false
            log.file = rabbit.log
            log.file.level = warning
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 256MB

            """);
    }

    private Process Run(string program, params string[] arguments)
    {
        var process = Start(program, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private async Task ReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                Assert.False(_server.HasExited, $"RabbitMQ ended with {(_server.HasExited ? _server.ExitCode : 0)}; its log is in {_folder["log"]}");
                Assert.True(watch.Elapsed < StartLimit, "RabbitMQ does not start");
                await Task.Delay(50);
            }
        }
    }

    private void Signal(int signal)
    {
        if (Pid is { } pid && !FleetBridgeProcess.IsGone(pid))
        {
            FleetBridgeProcess.Send(pid, signal);
        }
    }
}
