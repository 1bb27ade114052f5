using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>The same check of the same source, once compiled by the bridge and once by a build, both in one process and asked
/// in turns once everything is compiled: what the guards in a script cost.</summary>
internal static class ScriptRequestFigure
{
    private const int Requests = 4_000;
    private const double MostOfAssembly = 1.1;
    private const string Script = "asscript";
    private const string Assembly = "asassembly";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var backends = bench.Place.NewFolder("backends");
        ScriptFolder.Save(backends, Script, ScriptFolder.FirstBuild);
        Published.Install(bench.Published.ScriptLoad, Path.Combine(backends, Assembly, "1"));
        var (script, assembly) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(7, 3); round++)
        {
            await using var bridge = bench.StartBridge(backends);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            ScriptFolder.Check(bridge, Script, ScriptFolder.FirstBuild);
            ScriptFolder.Check(bridge, Assembly, ScriptFolder.FirstBuild);
            using var toScript = new KeptConnection(bridge.HttpPort, ScriptFolder.TargetOf(Script));
            using var toAssembly = new KeptConnection(bridge.HttpPort, ScriptFolder.TargetOf(Assembly));
            var (ofScript, ofAssembly) = await KeptConnection.CompareWarmAsync(toScript, toAssembly, Requests, bench.Cancellation);
            script.Add(ofScript.Median);
            assembly.Add(ofAssembly.Median);
        }

        table.AddRatio(
            string.Create(
                CultureInfo.InvariantCulture,
                $"a warm check by a script, median of {Requests:N0} on one connection (the floor: by the same backend as an assembly)"),
            script, assembly, "0.0000", MostOfAssembly);
    }
}
