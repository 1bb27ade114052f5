using System.Diagnostics;
using System.Globalization;
using System.Text;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Keeper.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>Real servers with the published keeper, and a worker in this process.</summary>
internal static class KeeperFigures
{
    public const string Script = "server";

    /// <summary>The start of a server, its keeper's memory, adoption, and what 200 idle servers cost.</summary>
    public static async Task MeasureServersAsync(Bench bench, FigureTable table)
    {
        var data = bench.Place.NewFolder("worker");
        var game = MakeGame(bench, "exec sleep 100000");
        var core = await OpenAsync(bench, data);
        var (kept, bare, memory) = (new Sample(), new Sample(), new Sample());
        var count = bench.Options.Count(200, 20);
        for (var i = 0; i < count; i++)
        {
            await AddAsync(core, game, i);
            var begun = Stopwatch.GetTimestamp();
            await RunAsync(core, i, CommandType.Start);
            kept.Add(Stopwatch.GetElapsedTime(begun));
            begun = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("/bin/sleep", ["100000"]))!;
            bare.Add(Stopwatch.GetElapsedTime(begun));
            process.Kill();
            await process.WaitForExitAsync(bench.Cancellation);
            using var keeper = Process.GetProcessById(ProcessStat.TryRead(core.Observed[0].Pid!.Value)!.Value.Parent);
            memory.Add(ProcessMemory.Read(keeper, "VmRSS"));
        }

        table.AddAtMost("server start, accepted to process up, beside Process.Start", kept, bare, "0.0", "ms", bare.Median + 50);
        table.Add("keeper: memory", memory.ToText("0.0", "MiB"), bound: "≤ 8 MiB", holds: memory.Median <= 8);

        // compiled, and looked once
        core.Measure();
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System, bench.Cancellation);
        core.Measure();
        using var own = Process.GetCurrentProcess();
        var before = own.TotalProcessorTime;
        var seconds = bench.Options.Count(20, 5);
        for (var second = 0; second < seconds; second++)
        {
            core.Measure();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, bench.Cancellation);
        }

        own.Refresh();
        var share = 100 * (own.TotalProcessorTime - before).TotalSeconds / seconds;
        table.Add(Text($"supervision of {count} servers, of a core"), Text($"{share:0.0} %"), bound: "≤ 2 %", holds: share <= 2);

        var adoption = new Sample();
        for (var round = 0; round < 5; round++)
        {
            var pids = core.Observed.Select(server => server.Pid).ToList();
            await core.DisposeAsync();
            var begun = Stopwatch.GetTimestamp();
            core = await OpenAsync(bench, data);
            adoption.Add(Stopwatch.GetElapsedTime(begun));
            if (!pids.SequenceEqual(core.Observed.Select(server => server.Pid)))
            {
                throw new BenchmarkException("Servers were lost.");
            }
        }

        table.Add(Text($"adoption of {count} servers"), adoption.ToText("0", "ms"), bound: "≤ 1000 ms for 20", holds: adoption.Values.Max() <= 1000);
        await EndAsync(core);
    }

    /// <summary>Lines on their way to a follower, and a server that prints as fast as it can beside a reader that has stopped.</summary>
    public static async Task MeasureLogAsync(Bench bench, FigureTable table)
    {
        const int Lines = 500_000;
        var core = await OpenAsync(bench, bench.Place.NewFolder("worker"));
        var clock = MakeGame(bench, "i=0; while [ $i -lt 3000 ]; do date +%s%N; i=$((i+1)); done; exec sleep 100000");
        await AddAsync(core, clock, 0);
        await RunAsync(core, 0, CommandType.Start);
        var late = new List<double>();
        using (var enough = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation))
        {
            var open = new StringBuilder();
            await Ended(core.ReadLogAsync("s0", new LogRange { Tail = 0, Follow = true }, async bytes =>
            {
                var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100.0;
                open.Append(Encoding.ASCII.GetString(bytes.Span));
                var lines = open.ToString().Split('\n');
                late.AddRange(lines[..^1].Select(line => (now - double.Parse(line, CultureInfo.InvariantCulture)) / 1e6));
                open.Clear().Append(lines[^1]);
                if (late.Count > 2_000)
                {
                    await enough.CancelAsync();
                }
            }, enough.Token));
        }

        late.Sort();
        var p99 = late[(int)(late.Count * 0.99)];
        table.Add("a line's way from server to follower, p99", Text($"{p99:0.0} ms"), bound: "≤ 20 ms", holds: p99 <= 20);

        var fast = MakeGame(bench, Text($"seq 1 {Lines}; exec sleep 100000"));
        await AddAsync(core, fast, 1);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var begun = Stopwatch.GetTimestamp();
        await RunAsync(core, 1, CommandType.Start);
        var reader = core.ReadLogAsync(
            "s1", new LogRange { Follow = true }, _ => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped.Token)), stopped.Token);
        while (await LastLineAsync(core, bench.Cancellation) != Text($"{Lines}\n"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bench.Cancellation);
        }

        var rate = Lines / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await stopped.CancelAsync();
        await Ended(reader);
        var next = 0;
        var text = new StringBuilder();
        await core.ReadLogAsync("s1", new LogRange(), bytes =>
        {
            text.Append(Encoding.ASCII.GetString(bytes.Span));
            return ValueTask.CompletedTask;
        }, bench.Cancellation);
        var isWhole = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line == Text($"{++next}")) && next == Lines;
        table.Add(
            "a server that prints as fast as it can, beside a reader that has stopped",
            Text($"{rate:N0} lines/s, {(isWhole ? "none lost" : "LINES LOST")}"),
            bound: "≥ 50,000 lines/s",
            holds: isWhole && rate >= 50_000);
        await EndAsync(core);
    }

    private static Task<WorkerCore> OpenAsync(Bench bench, string data) => WorkerCore.OpenAsync(
        new WorkerCoreOptions
        {
            DataFolder = data,
            Installers = new FolderOnly(),
            FreeSpaceFloorBytes = 0,
            KeeperProgram = Path.Combine(Path.GetDirectoryName(bench.Published.Bridge)!, "keeper", "fleetbridge-keeper"),
        },
        NullLoggerFactory.Instance,
        TimeProvider.System);

    /// <summary>A game of one shell script.</summary>
    public static string MakeGame(Bench bench, string script)
    {
        var folder = bench.Place.NewFolder("game");
        var file = Path.Combine(folder, Script);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    /// <summary>Adds a server, and waits until it is installed.</summary>
    private static async Task AddAsync(WorkerCore core, string game, int number)
    {
        await core.ChangeDesiredAsync(new DesiredServer
        {
            Id = Text($"s{number}"),
            GameId = GameId.Parse($"folder:{game}"),
            Configuration = new ServerConfiguration { Executable = Script },
            ConfigurationVersion = 1,
            DesiredState = DesiredState.Stopped,
        });
        while (core.Observed.First(server => server.Id == Text($"s{number}")).State != ServerState.Stopped)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private static async Task RunAsync(WorkerCore core, int number, CommandType type)
    {
        var outcome = await core.RunAsync(
            new WorkerCommand
            {
                Id = Guid.NewGuid().ToString(),
                ServerId = Text($"s{number}"),
                Type = type,
                Deadline = TimeProvider.System.GetUtcNow().AddMinutes(1),
            },
            CancellationToken.None);
        if (outcome.Status != CommandStatus.Done)
        {
            throw new BenchmarkException($"{type}: {outcome.Error}");
        }
    }

    private static async Task<string> LastLineAsync(WorkerCore core, CancellationToken cancellation)
    {
        var line = "";
        await core.ReadLogAsync("s1", new LogRange { Tail = 1 }, bytes =>
        {
            line += Encoding.ASCII.GetString(bytes.Span);
            return ValueTask.CompletedTask;
        }, cancellation);
        return line;
    }

    private static async Task EndAsync(WorkerCore core)
    {
        await Task.WhenAll(core.Observed.Select(server => RunAsync(core, int.Parse(server.Id[1..], CultureInfo.InvariantCulture), CommandType.Kill)));
        await core.DisposeAsync();
    }

    private static async Task Ended(Task reading)
    {
        try
        {
            await reading;
        }
        catch (OperationCanceledException)
        {
            // that was enough
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class FolderOnly : IInstallers
    {
        public IReadOnlyList<IInstaller> All { get; } = [new FolderInstaller(TimeProvider.System)];
    }
}
