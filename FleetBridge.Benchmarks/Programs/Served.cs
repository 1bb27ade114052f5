using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>A running bridge or floor, in a process of its own that ends with this object.</summary>
internal sealed class Served : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan IdleLook = TimeSpan.FromMilliseconds(500);

    /// <summary>The part of a core that a program takes which has nothing to do.</summary>
    private const double MostIdle = 0.04;

    private readonly string _state;
    private Process _process;
    private Task _output;

    private Served(Process process, int httpPort, int webSocketPort, string state, long started)
    {
        (_process, HttpPort, WebSocketPort, _state, Started) = (process, httpPort, webSocketPort, state, started);
        FirstLine = process.StandardOutput.ReadLineAsync();
        _output = ReadAsync(process, FirstLine);
    }

    public int HttpPort { get; }

    public int WebSocketPort { get; }

    /// <summary>When its process was asked for (a <see cref="Stopwatch"/> timestamp).</summary>
    public long Started { get; private set; }

    /// <summary>The first line of its output: null when it ends without one.</summary>
    public Task<string?> FirstLine { get; private set; }

    /// <summary>What it has computed since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The copies of loaded backends that it holds.</summary>
    public int CountGenerations() => Directory.Exists(Path.Combine(_state, "generations"))
        ? Directory.EnumerateDirectories(Path.Combine(_state, "generations")).Sum(own => Directory.EnumerateDirectories(own).Count())
        : 0;

    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments for two ports.</param>
    /// <param name="state">Its state folder.</param>
    /// <param name="environment">Variables besides this process's own, of which those that it would obey are left out.</param>
    /// <param name="keepsInput">Whether its standard input stays open for as long as it runs.</param>
    public static Served Start(
        string program,
        Func<int, int, IEnumerable<string>> arguments,
        string state,
        IReadOnlyDictionary<string, string>? environment = null,
        bool keepsInput = false)
    {
        var (http, webSocket) = FreePorts();
        var start = new ProcessStartInfo(program, arguments(http, webSocket))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = keepsInput,
        };
        Surroundings.Prepare(start.Environment, state, environment);
        var started = Stopwatch.GetTimestamp();
        return new Served(Process.Start(start)!, http, webSocket, state, started);
    }

    /// <summary>Waits until both ports accept a connection.</summary>
    /// <returns>How long after <see cref="Started"/> that was.</returns>
    public async Task<TimeSpan> WaitForBothPortsAsync(CancellationToken cancellation)
    {
        foreach (var port in new[] { HttpPort, WebSocketPort })
        {
            while (!Connection.IsAccepted(port))
            {
                if (_process.HasExited || Stopwatch.GetElapsedTime(Started) > StartLimit)
                {
                    throw new BenchmarkException($"{_process.StartInfo.FileName} does not serve port {port}.");
                }

                await Task.Delay(1, cancellation);
            }
        }

        return Stopwatch.GetElapsedTime(Started);
    }

    /// <summary>Waits until it computes nothing any more: what is called often is compiled once more in the background, once
    /// nothing new has been called for 100 ms.</summary>
    public async Task WaitUntilIdleAsync(CancellationToken cancellation)
    {
        TimeSpan before;
        var now = TimeSpan.MinValue;
        do
        {
            before = now;
            await Task.Delay(IdleLook, cancellation);
            _process.Refresh();
            now = _process.TotalProcessorTime;
        }
        while (before == TimeSpan.MinValue || now - before > IdleLook * MostIdle);
    }

    /// <summary>A line of <c>/proc/&lt;pid&gt;/status</c>, in MiB.</summary>
    /// <param name="line"><c>VmRSS</c> or <c>VmHWM</c>.</param>
    public double ReadMemory(string line) => ProcessMemory.Read(_process, line);

    /// <summary>How many files, sockets and other handles it has open.</summary>
    public int CountHandles()
    {
        if (OperatingSystem.IsLinux())
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Count();
        }

        _process.Refresh();
        return _process.HandleCount;
    }

    /// <summary>How many threads it has.</summary>
    public int CountThreads()
    {
        _process.Refresh();
        return _process.Threads.Count;
    }

    /// <summary>Kills it and starts it again, with the same ports and the same state folder.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        var start = _process.StartInfo;
        _process.Dispose();
        Started = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        FirstLine = _process.StandardOutput.ReadLineAsync();
        _output = ReadAsync(_process, FirstLine);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _output;
    }

    /// <summary>Reads what it writes: a full pipe would stop the program.</summary>
    private static async Task ReadAsync(Process process, Task<string?> firstLine)
    {
        var errors = process.StandardError.ReadToEndAsync();
        await firstLine;
        await process.StandardOutput.ReadToEndAsync();
        await errors;
    }

    /// <summary>Two ports that were free a moment ago, on both addresses.</summary>
    public static (int Http, int WebSocket) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
