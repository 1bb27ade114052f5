using System.Globalization;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>A script is saved with a change, and at once a request is sent: how long until the changed script has answered.
/// 75 ms of it are the time for which a folder has to be still.</summary>
internal static class ScriptEditFigure
{
    private const double MostMilliseconds = 300;
    private const string Name = "edited";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var backends = bench.Place.NewFolder("backends");
        ScriptFolder.Save(backends, Name, ScriptFolder.FirstBuild);
        await using var bridge = bench.StartBridge(backends);
        var (first, warm, old) = await Rebuilds.MeasureAsync(
            bench,
            bridge,
            ScriptFolder.TargetOf(Name),
            i =>
            {
                var build = string.Create(CultureInfo.InvariantCulture, $"edit-{i}");
                ScriptFolder.Save(backends, Name, build);
                return build;
            });
        Rebuilds.Add(table, "a changed script, compiled, and its response (the floor: a request without a change)", first, warm, MostMilliseconds);
        table.Add(
            "the first change of them, when the compiler has run once",
            string.Create(CultureInfo.InvariantCulture, $"{first.Values[0]:0} ms"));
        table.Add("responses of the script before its change", string.Create(CultureInfo.InvariantCulture, $"{old} of {first.Values.Count}"));
    }
}
