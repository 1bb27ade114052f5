using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Security;
using FleetBridge.Protocol;
using FleetBridge.Serving;
using Serilog.Events;

namespace FleetBridge.Tests.Support;

/// <summary>A real bridge on free ports, with the fixtures' backends and a state folder of its own.</summary>
internal sealed class TestBridge : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ITestOutputHelper? _output;

    private TestBridge(BridgeLog log, ServingHost server, TemporaryFolder folder, ITestOutputHelper? output)
    {
        (Log, Server, _folder, _output) = (log, server, folder, output);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.HttpPort}"),
            Timeout = TimeSpan.FromMinutes(2),
        };
    }

    public BridgeLog Log { get; }

    public ServingHost Server { get; }

    public HttpClient Http { get; }

    /// <summary>A place for the test's own files.</summary>
    public TemporaryFolder Folder => _folder;

    public int HttpPort => Server.HttpPort;

    public int WebSocketPort => Server.WebSocketPort;

    public int GatewayPort => Server.GatewayPort;

    /// <summary>Starts one.</summary>
    /// <param name="output">Shows the log file when the bridge ends.</param>
    /// <param name="roots">Folders with backends; null for the Probe and Hello fixtures.</param>
    /// <param name="clock">The bridge's clock.</param>
    /// <param name="level">The lowest level that reaches the log socket.</param>
    /// <param name="firstRequestLimit">How long a first request is expected; zero loads all backends at once.</param>
    /// <param name="openLog">Opens something else in the log file's place.</param>
    /// <param name="withGateway">Whether it has a gateway.</param>
    /// <param name="prepare">Called with <see cref="Folder"/> before the bridge starts.</param>
    public static async Task<TestBridge> StartAsync(
        ITestOutputHelper? output = null,
        IReadOnlyList<string>? roots = null,
        TimeProvider? clock = null,
        LogEventLevel level = LogEventLevel.Information,
        TimeSpan? cleanUpLimit = null,
        TimeSpan? goneLimit = null,
        AccessToken? token = null,
        PortLimits? httpLimits = null,
        PortLimits? logLimits = null,
        Action<TemporaryFolder>? prepare = null,
        TimeSpan firstRequestLimit = default,
        Func<string, ILogTarget>? openLog = null,
        LogOrigins? logOrigins = null,
        bool withGateway = false)
    {
        var folder = new TemporaryFolder();
        prepare?.Invoke(folder);
        var time = clock ?? TimeProvider.System;
        var log = BridgeLog.Open(new BridgeLogOptions { File = folder["bridge.log"], Level = level, OpenFile = openLog, History = BridgeLog.LongHistory }, time);
        var options = new ServingOptions
        {
            Bridge = new BridgeCompositionOptions
            {
                BackendRoots = roots ?? [Repository.ProbeRoot, Repository.HelloRoot],
                StateFolder = folder["state"],
                GoneLimit = goneLimit ?? TimeSpan.FromSeconds(30),
            },
            FirstRequestLimit = firstRequestLimit,
            CleanUpLimit = cleanUpLimit ?? TimeSpan.FromSeconds(30),
            Token = token,
            LogOrigins = logOrigins ?? LogOrigins.EngineOnly,
            HttpLimits = httpLimits ?? PortLimits.Requests,
            LogLimits = logLimits ?? PortLimits.Log,
        };
        var server = await ServingHost.StartAsync(options, BridgePorts.Bind(0, 0, withGateway ? 0 : null), log, time);
        return new TestBridge(log, server, folder, output);
    }

    /// <summary>Sends a request as the editor does and reads the JSON of its answer.</summary>
    public async Task<(int Status, JsonObject Json)> PostAsync(string target)
    {
        using var response = await Http.PostAsync(new Uri(target, UriKind.Relative), new ByteArrayContent([]));
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>Reads the log file as far as it is written.</summary>
    public string ReadLogFile()
    {
        using var reader = new StreamReader(new FileStream(
            Log.FilePath!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    public Task StopAsync() => Server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await Server.DisposeAsync();
        await Log.DisposeAsync();
        _output?.WriteLine(ReadLogFile());
        _folder.Dispose();
    }
}
