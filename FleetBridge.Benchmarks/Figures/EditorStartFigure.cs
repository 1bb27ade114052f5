using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// What the editor's user waits for: <c>start_servers</c> from its call to its return, and the first <c>/metadata</c>,
/// each beside the same two ports in Python.
/// </summary>
internal static class EditorStartFigure
{
    private const double MostOfCall = 1.15;
    private const double MostOfFirst = 0.85;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        if (OperatingSystem.IsWindows() || await Python.FindAsync("asyncio", bench.Cancellation) is not { } python)
        {
            table.Add("`start_servers`, from call to return", OperatingSystem.IsWindows() ? "not measured on Windows" : Python.HowToGet);
            return;
        }

        await MeasureCallAsync(bench, table, python);
        if (await Python.FindAsync("boto3", bench.Cancellation) is { } withBoto3)
        {
            await MeasureFirstAsync(bench, table, withBoto3);
        }
        else
        {
            table.Add("process start and the first `/metadata`", Python.HowToGet);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task MeasureCallAsync(Bench bench, FigureTable table, string python)
    {
        var peer = MakeProgram(bench, python);
        var module = Published.InRepository("FleetBridge", "Unreal");
        var (calls, peerCalls, whole, inside) = (new Sample(), new Sample(), new Sample(), new Sample());
        for (var round = 0; round <= bench.Options.Count(25, 7); round++)
        {
            var (import, call) = await Call("module", module, bench.Published.Bridge);
            var (_, peerCall) = await Call("module", module, peer);
            var (peerImport, insideCall) = await Call("inside", Published.InBenchmarks("PythonPeer"), peer);
            if (round > 0)
            {
                // the first one reads the programs from the disk
                calls.Add(call);
                peerCalls.Add(peerCall);
                whole.Add(import + call);
                inside.Add(peerImport + insideCall);
            }
        }

        table.AddRatio(
            "`start_servers`, from call to return (the floor: the same call on a Python program with the same two ports)",
            calls, peerCalls, "0.0", MostOfCall);
        table.AddRatio("the same with the module's import (the floor: the same ports in threads of the calling Python)", whole, inside, "0.0");

        Task<(double Import, double Call)> Call(string how, string folder, string program) => Python.TimeCallAsync(
            python,
            how,
            folder,
            new Dictionary<string, string> { ["FLEETBRIDGE_PATH"] = program, ["FLEETBRIDGE_STATE"] = bench.Place.NewFolder("state") },
            bench.Cancellation);
    }

    private static async Task MeasureFirstAsync(Bench bench, FigureTable table, string python)
    {
        var (first, peer) = (new Sample(), new Sample());
        for (var round = 0; round <= bench.Options.Count(15, 5); round++)
        {
            var ours = await TimeAsync(bench.StartBridge());
            var theirs = await TimeAsync(Served.Start(
                python,
                (http, webSocket) =>
                    ["-B", Published.InBenchmarks("PythonPeer", "peer.py"), "--http-port", $"{http}", "--websocket-port", $"{webSocket}"],
                bench.Place.NewFolder("state"),
                new Dictionary<string, string> { ["PEER_IMPORTS_BOTO3"] = "1" },
                keepsInput: true));
            if (round > 0)
            {
                first.Add(ours);
                peer.Add(theirs);
            }
        }

        table.AddRatio(
            "process start and the first `/metadata` (the floor: the Python program, which imports boto3 for it)", first, peer, "0", MostOfFirst);

        async Task<TimeSpan> TimeAsync(Served started)
        {
            await using var served = started;
            await served.WaitForBothPortsAsync(bench.Cancellation);
            HttpExchange.Post(served.HttpPort, HttpExchange.MetadataTarget);
            return Stopwatch.GetElapsedTime(served.Started);
        }
    }

    /// <summary>A program file that the module can start: the peer, run by an interpreter that is named by its path.</summary>
    [UnsupportedOSPlatform("windows")]
    private static string MakeProgram(Bench bench, string python)
    {
        var program = Path.Combine(bench.Place.NewFolder("peer"), "peer");
        File.WriteAllText(
            program,
            string.Create(CultureInfo.InvariantCulture, $"#!{python} -B\n{File.ReadAllText(Published.InBenchmarks("PythonPeer", "peer.py"))}"));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
