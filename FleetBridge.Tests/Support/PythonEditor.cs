using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A Python process that imports the module as the editor does, and runs one line of Python after the other in it. What it has
/// started ends with it.
/// </summary>
internal sealed class PythonEditor : IAsyncDisposable
{
    /// <summary>Reads lines, and answers each with a line of JSON.</summary>
    private const string Loop = """
        import io, json, sys, time
        sys.path.insert(0, sys.argv[1])
        import fleet_bridge

        class Log(io.TextIOBase):
            parts = []

            def write(self, text):
                self.parts.append(text)
                return len(text)

        replies, sys.stdout = sys.stdout, Log()
        for line in sys.stdin:
            error, value = None, None
            began = time.monotonic()
            try:
                try:
                    code = compile(line.strip(), "editor", "eval")
                except SyntaxError:
                    code = compile(line.strip(), "editor", "exec")
                value = eval(code)
            except Exception as exception:
                error = type(exception).__name__ + ": " + str(exception)
            started = fleet_bridge._started
            printed = len(Log.parts)
            print(json.dumps({
                "value": value,
                "error": error,
                "seconds": time.monotonic() - began,
                "printed": "".join(Log.parts[:printed]),
                "bridge": started and started._process.pid,
            }), file=replies, flush=True)
            del Log.parts[:printed]
        """;

    private readonly Process _process;
    private readonly HashSet<int> _bridges = [];
    private readonly Task<string> _errors;

    private PythonEditor(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>The process that it has started and not stopped; 0 without one.</summary>
    public int Bridge { get; private set; }

    /// <summary>Starts it, with the module in a folder of its own.</summary>
    /// <param name="folder">For the module and the program's state.</param>
    /// <param name="environment">Variables besides the test's own; the program is found by FLEETBRIDGE_PATH unless it is named.</param>
    public static PythonEditor Start(TemporaryFolder folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Python.Program, ["-B", "-c", Loop, PlaceModule(folder)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        Prepare(start.Environment, folder, environment);
        return new PythonEditor(Process.Start(start)!);
    }

    /// <summary>Copies the module, as a user does.</summary>
    /// <returns>The folder with it.</returns>
    public static string PlaceModule(TemporaryFolder folder)
    {
        var place = Directory.CreateDirectory(folder["python"]).FullName;
        foreach (var file in ModuleFiles)
        {
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)), overwrite: true);
        }

        return place;
    }

    public static string ModuleFile { get; } = Path.Combine(Repository.Root, "FleetBridge", "Unreal", "fleet_bridge.py");

    /// <summary>The module's second half, and the module.</summary>
    public static IReadOnlyList<string> ModuleFiles { get; } =
        [Path.Combine(Repository.Root, "FleetBridge", "Unreal", "fleet_bridge_ports.py"), ModuleFile];

    public static void Prepare(
        IDictionary<string, string?> variables, TemporaryFolder folder, IReadOnlyDictionary<string, string>? environment)
    {
        FleetBridgeProcess.Prepare(variables, folder["state"]);
        variables["FLEETBRIDGE_PATH"] = FleetBridgeProcess.Program;
        variables["FLEETBRIDGE_BACKENDS"] = Repository.ProbeRoot;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }
    }

    /// <summary>Calls start_servers.</summary>
    public Task<EditorReply> StartServersAsync((int Http, int WebSocket) ports) =>
        RunAsync($"fleet_bridge.start_servers({ports.Http}, {ports.WebSocket})");

    /// <summary>Calls start_servers, and expects 200.</summary>
    public async Task ServeAsync((int Http, int WebSocket) ports)
    {
        var reply = await StartServersAsync(ports);
        Assert.True(reply is { Error: null, Value: "200" }, reply.ToString());
    }

    /// <summary>Runs one line.</summary>
    public async Task<EditorReply> RunAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var text = await _process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.True(text is not null, text is null ? await _errors : "");
        var json = JsonNode.Parse(text!)!;
        Bridge = (int?)json["bridge"] ?? 0;
        if (Bridge != 0)
        {
            _bridges.Add(Bridge);
        }

        return new EditorReply(
            json["value"]?.ToString(), (string?)json["error"], TimeSpan.FromSeconds((double)json["seconds"]!), (string)json["printed"]!);
    }

    /// <summary>Ends as a crash does.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        foreach (var bridge in _bridges)
        {
            await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "what the editor has started has ended");
        }
    }
}

/// <summary>What became of a line of Python in the editor.</summary>
/// <param name="Value">Its value, as text.</param>
/// <param name="Error">What it has raised: the type's name, and its message.</param>
/// <param name="Time">How long the editor stood still.</param>
/// <param name="Printed">What the editor has printed since the line before, in any thread.</param>
internal sealed record EditorReply(string? Value, string? Error, TimeSpan Time, string Printed);
