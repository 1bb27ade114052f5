using System.Diagnostics;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// From the start of the process to the answer of a script's check: the compiler is loaded, the script is compiled, loaded
/// and asked. Beside it, the same backend as an assembly.
/// </summary>
internal static class ScriptStartFigure
{
    private const double MostMilliseconds = 2_500;
    private const string Name = "scriptload";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var (asScript, asAssembly) = (bench.Place.NewFolder("backends"), bench.Place.NewFolder("backends"));
        ScriptFolder.Save(asScript, Name, ScriptFolder.FirstBuild);
        Published.Install(bench.Published.ScriptLoad, Path.Combine(asAssembly, Name, "1"));

        // the very first ones read the program and the compiler from the disk
        await StartAsync(bench, asScript);
        await StartAsync(bench, asAssembly);
        var (script, assembly) = (new Sample(), new Sample());
        var (withScript, withAssembly) = (new Sample(), new Sample());
        for (var start = 0; start < bench.Options.Count(15, 5); start++)
        {
            await AddAsync(asScript, script, withScript);
            await AddAsync(asAssembly, assembly, withAssembly);
        }

        table.AddAtMost(
            "process start to the response of a script, compiled for the first time (the floor: the same backend as an assembly)",
            script, assembly, "0", "ms", MostMilliseconds);
        table.AddAtMost("the memory then (VmRSS), likewise", withScript, withAssembly, "0.0", "MiB", most: null);

        async Task AddAsync(string backends, Sample times, Sample memory)
        {
            var (time, mebibytes) = await StartAsync(bench, backends);
            times.Add(time);
            memory.Add(mebibytes);
        }
    }

    private static async Task<(TimeSpan Time, double Mebibytes)> StartAsync(Bench bench, string backends)
    {
        await using var bridge = bench.StartBridge(backends);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        ScriptFolder.Check(bridge, Name, ScriptFolder.FirstBuild);
        return (Stopwatch.GetElapsedTime(bridge.Started), bridge.ReadMemory("VmRSS"));
    }
}
