using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>
/// The built program as a process of its own, as a user starts it. Whatever becomes of the test, the process ends with it.
/// </summary>
internal sealed class FleetBridgeProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    private const int Stop = 19;

    private readonly Process _process;
    private readonly Captured _output = new();
    private readonly Captured _error = new();
    private readonly Task _read;

    private FleetBridgeProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(_output.ReadAsync(process.StandardOutput), _error.ReadAsync(process.StandardError));
    }

    /// <summary>What it has written to its standard output so far.</summary>
    public string Output => _output.Text;

    /// <summary>What it has written to its standard error so far.</summary>
    public string Error => _error.Text;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>The program's file.</summary>
    public static string Program => Path.Combine(
        Repository.ProgramFolder, OperatingSystem.IsWindows() ? "fleetbridge.exe" : "fleetbridge");

    /// <summary>Starts it.</summary>
    /// <param name="state">Its state folder.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="environment">Variables besides the test's own, of which the program's are left out.</param>
    /// <param name="folder">Its current folder; null for the test's own.</param>
    public static FleetBridgeProcess Start(
        string state, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(Program, OnFreePorts([.. args])) { WorkingDirectory = folder ?? "" };
        Prepare(start.Environment, state);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var program = Start(start);
        program.EndInput();
        return program;
    }

    /// <summary>Starts it as described: by another program, for one. Its input stays open.</summary>
    public static FleetBridgeProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = Encoding.UTF8;
        return new FleetBridgeProcess(Process.Start(start)!);
    }

    /// <summary>Ends its standard input.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The gateway's usual port is for the real thing.</summary>
    public static string[] OnFreePorts(string[] args) =>
        args is ["serve" or "host" or "local", ..] && !args.Contains("--gateway-port") && !args.Contains("token")
            ? [args[0], "--gateway-port", "0", .. args[1..]]
            : args;

    /// <summary>Starts it and waits for its end.</summary>
    public static async Task<FleetBridgeResult> RunAsync(
        string state, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var program = Start(state, args, environment);
        return await program.WaitAsync();
    }

    /// <summary>The variables with which the program, or a shell that calls it, finds its runtime and its state.</summary>
    public static void Prepare(IDictionary<string, string?> environment, string state)
    {
        // "dotnet test" has DOTNET_ROOT_X64, which goes before DOTNET_ROOT
        string[] others = ["FLEETBRIDGE_", "DOTNET_ROOT"];
        foreach (var name in environment.Keys.Where(name => others.Any(start => name.StartsWith(start, StringComparison.Ordinal))).ToList())
        {
            environment.Remove(name);
        }

        environment["FLEETBRIDGE_STATE"] = state;

        // a program that is killed cannot take away the debugger's pipes that the runtime makes in the temporary folder
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="patience">For how long; null for the usual.</param>
    public async Task<FleetBridgeResult> WaitAsync(TimeSpan? patience = null)
    {
        var longest = patience ?? Eventually.Limit;
        using var limit = new CancellationTokenSource(longest);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _read.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"it did not end within {longest.TotalSeconds} s. Output:\n{Output}\nError:\n{Error}");
        }

        return new FleetBridgeResult(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until its output (or its error) is as it should be; fails at once when it ends before.</summary>
    public Task WaitForAsync(Func<FleetBridgeProcess, bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            var ended = _process.HasExited && _read.IsCompleted;
            var come = condition(this);
            Assert.True(come || !ended, $"it ended before: {what}. Output:\n{Output}\nError:\n{Error}");
            return Task.FromResult(come);
        },
        () => $"{what}. Output:\n{Output}\nError:\n{Error}");

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Send(_process.Id, signal);

    /// <summary>Sends a process a signal, or with a negative id all of a group.</summary>
    public static void Send(int id, int signal) => Assert.Equal(0, SendSignal(id, signal));

    /// <summary>Freezes it until it is sent <see cref="Continue"/>.</summary>
    public Task FreezeAsync() => FreezeAsync(_process.Id);

    /// <summary>
    /// Freezes a process of Linux until it is sent <see cref="Continue"/>, and waits until each of its threads stands still: on a busy
    /// machine they run for a while after the signal.
    /// </summary>
    public static Task FreezeAsync(int id)
    {
        Send(id, Stop);
        return Eventually.TrueAsync(
            () => Directory.GetDirectories($"/proc/{id}/task").All(thread => StateOf(thread) is 'T' or null), "all its threads stand still");
    }

    /// <summary>Whether a process has ended; nobody may have asked for its exit code yet.</summary>
    public static bool IsGone(int id) =>
        StateOf($"/proc/{id}") is { } state ? state is 'Z' or 'X' : !OperatingSystem.IsWindows() && SendSignal(id, 0) != 0;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int id, int signal);

    /// <summary>The state of a process or thread by its folder in /proc; null where there is none.</summary>
    private static char? StateOf(string folder)
    {
        try
        {
            var stat = File.ReadAllText($"{folder}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A stream's text as far as it has come.</summary>
    private sealed class Captured
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer) is var count and > 0)
            {
                lock (_text)
                {
                    _text.Append(buffer, 0, count);
                }
            }
        }
    }
}

/// <summary>How the program ended.</summary>
internal sealed record FleetBridgeResult(int Code, string Output, string Error)
{
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    /// <summary>The cells of a table's rows, without its head. A line without a name continues the row above it.</summary>
    public IReadOnlyList<string[]> Rows
    {
        get
        {
            var rows = new List<string[]>();
            foreach (var line in Lines.Where(line => line.StartsWith('│')).Skip(1))
            {
                var cells = line.Split('│', StringSplitOptions.TrimEntries)[1..^1];
                if (cells[0].Length > 0)
                {
                    rows.Add(cells);
                }
                else
                {
                    rows[^1] = [.. rows[^1].Zip(cells, (above, below) => $"{above} {below}".Trim())];
                }
            }

            return rows;
        }
    }

    /// <summary>What a person reads: the output with every line break of a table or of a paragraph as a space.</summary>
    public string Words => string.Join(' ', Output.Split([' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries));

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
