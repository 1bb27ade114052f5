using System.Globalization;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>The bridge's memory after 100 changes of a script, each compiled and asked, against its memory after 10.</summary>
internal static class ScriptMemoryFigure
{
    private const double MostMore = 20;
    private const string Name = "edited";

    public static Task MeasureAsync(Bench bench, FigureTable table) => Reloads.MeasureAsync(
        bench,
        table,
        "changes of a script",
        MostMore,
        (backends, change) => ScriptFolder.Save(backends, Name, BuildOf(change)),
        (bridge, change) => ScriptFolder.Check(bridge, Name, BuildOf(change)),
        whenIdle: true);

    private static string BuildOf(int change) => string.Create(CultureInfo.InvariantCulture, $"edit-{change}");
}
