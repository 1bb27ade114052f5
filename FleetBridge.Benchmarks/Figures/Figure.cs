namespace FleetBridge.Benchmarks.Figures;

/// <summary>Something that is measured.</summary>
internal sealed record Figure(string Name, Func<Bench, FigureTable, Task> MeasureAsync)
{
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("start", StartFigure.MeasureAsync),
        new("metadata", MetadataFigure.MeasureAsync),
        new("log", LogFigure.MeasureAsync),
        new("rebuild", RebuildFigure.MeasureAsync),
        new("reload", ReloadFigure.MeasureAsync),
        new("check", CheckFigure.MeasureAsync),
        new("firstcheck", FirstCheckFigure.MeasureAsync),
        new("upload", UploadFigure.MeasureAsync),
        new("life", LifeFigure.MeasureAsync),
        new("editorstart", EditorStartFigure.MeasureAsync),
        new("warm", WarmFigure.MeasureAsync),
        new("rest", RestFigure.MeasureAsync),
    ];
}
