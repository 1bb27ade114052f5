using FleetBridge.Core.Logs;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Support;

/// <summary>A real host in this process, on free ports, with a state folder of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly bool _ownsFolder;
    private readonly ITestOutputHelper? _output;
    private readonly BridgeLog _log;

    private TestHost(FleetHost host, FleetControl fleet, BridgeLog log, TemporaryFolder folder, bool ownsFolder, ITestOutputHelper? output)
    {
        (Host, Fleet, _log, _folder, _ownsFolder, _output) = (host, fleet, log, folder, ownsFolder, output);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{host.HttpPort}"),
        };
    }

    public FleetHost Host { get; }

    /// <summary>Its fleet.</summary>
    public FleetControl Fleet { get; }

    public HttpClient Http { get; }

    public TemporaryFolder Folder => _folder;

    /// <summary>Its certificate.</summary>
    public string CertificateFile => _folder["certificate.pem"];

    /// <summary>Starts one.</summary>
    /// <param name="output">Shows the log file when the host ends.</param>
    /// <param name="choose">Chooses other options.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="folder">Its state folder, which stays; null for one that goes with it.</param>
    public static async Task<TestHost> StartAsync(
        ITestOutputHelper? output = null,
        Func<FleetHostOptions, FleetHostOptions>? choose = null,
        TimeProvider? clock = null,
        TemporaryFolder? folder = null,
        (int Http, int Tls) ports = default)
    {
        var own = folder ?? new TemporaryFolder();
        var time = clock ?? TimeProvider.System;
        var options = new FleetHostOptions { Folder = own.Path };
        options = choose?.Invoke(options) ?? options;
        var bound = HostPorts.Bind(ports.Http, ports.Tls, options.Address);
        var log = BridgeLog.Open(new BridgeLogOptions { File = own["host.log"] }, time);
        var host = await FleetHost.StartAsync(options, bound, StoreClaim.Take(options.StoreFile), log, time);
        return new TestHost(host, await host.Fleet, log, own, folder is null, output);
    }

    /// <summary>A game server that is to connect to it.</summary>
    public FakeServer Server(SdkDialect dialect, bool? tls = null, Func<FakeServer, JsonPush, Task>? handles = null)
    {
        var secure = tls ?? dialect == SdkDialect.Cpp;
        return new FakeServer(dialect, secure ? Host.TlsPort : Host.HttpPort, secure)
        {
            Handles = handles is null ? null : (server, json) => handles(server, new JsonPush(json)),
        };
    }

    /// <summary>Makes a game session on the default fleet.</summary>
    public Task<GameSession> CreateGameSessionAsync(int players = 4, string? data = null, string? token = null) => Fleet.ChangeAsync(
        fleet => fleet.CreateGameSession(new NewGameSession
        {
            FleetId = FleetHost.DefaultFleet,
            MaximumPlayerSessionCount = players,
            Name = "Ümläut \"quoted\"",
            GameProperties = [new GameProperty("map", "Arena"), new GameProperty("mode", "ctf")],
            GameSessionData = data,
            IdempotencyToken = token,
        }));

    /// <summary>A game session as it is now.</summary>
    public GameSession Find(string gameSessionId) => Fleet.Read(fleet => fleet.GetGameSession(gameSessionId));

    /// <summary>A server process as it is now.</summary>
    public ServerProcess? FindProcess(string processId) => Fleet.Read(fleet => fleet.FindProcess(processId));

    /// <summary>Reads the log file as far as it is written.</summary>
    public string ReadLogFile()
    {
        using var reader = new StreamReader(new FileStream(
            _log.FilePath!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    public Task StopAsync() => Host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        await _log.DisposeAsync();
        _output?.WriteLine(ReadLogFile());
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}

/// <summary>A push as a game server sees it.</summary>
internal sealed record JsonPush(System.Text.Json.Nodes.JsonObject Json)
{
    public string? Action => (string?)Json["Action"];

    public string? GameSessionId => (string?)Json["GameSessionId"];
}
