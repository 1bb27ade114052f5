namespace FleetBridge.Benchmarks.Figures;

/// <summary>Something that is measured.</summary>
/// <param name="Name">What it is chosen by.</param>
/// <param name="MeasureAsync">Measures it.</param>
/// <param name="IsLong">Whether it is measured only when it is named.</param>
/// <param name="IsHere">Whether all of it runs in this process, and no program is published for it.</param>
internal sealed record Figure(string Name, Func<Bench, FigureTable, Task> MeasureAsync, bool IsLong = false, bool IsHere = false)
{
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("start", StartFigure.MeasureAsync),
        new("metadata", MetadataFigure.MeasureAsync),
        new("manybackends", ManyBackendsFigure.MeasureAsync),
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
        new("scriptstart", ScriptStartFigure.MeasureAsync),
        new("scriptedit", ScriptEditFigure.MeasureAsync),
        new("scriptrequest", ScriptRequestFigure.MeasureAsync),
        new("scriptmemory", ScriptMemoryFigure.MeasureAsync),
        new("gameliftread", GameLiftReadFigure.MeasureAsync),
        new("search", SearchFigure.MeasureAsync),
        new("hoststart", HostFigures.MeasureStartAsync),
        new("hostrest", HostFigures.MeasureRestAsync),
        new("hostservers", HostFigures.MeasureIdleServersAsync),
        new("hostrestart", HostFigures.MeasureRestartAsync),
        new("hostcycles", HostFigures.MeasureCyclesAsync),
        new("createsession", CreateSessionFigure.MeasureAsync),
        new("linkcuts", LinkFigures.MeasureCutsAsync, IsHere: true),
        new("linkrate", LinkFigures.MeasureThroughputAsync, IsHere: true),
        new("linkresume", LinkFigures.MeasureResumeAsync, IsHere: true),
        new("workerstart", WorkerFigures.MeasureStartAsync),
        new("workerrest", WorkerFigures.MeasureRestAsync),
        new("workerservers", WorkerFigures.MeasureServersAsync),
        new("workerreturn", WorkerReturnFigure.MeasureAsync),
        new("keeper", KeeperFigures.MeasureServersAsync),
        new("keeperlog", KeeperFigures.MeasureLogAsync),
        new("mesh", MeshFigure.MeasureAsync, IsLong: true),
        new("gateway", GatewayFigures.MeasureAsync),
        new("pageopen", PageFigures.MeasureOpeningAsync),
        new("pagelog", PageFigures.MeasureStreamAsync),
        new("soak", SoakFigure.MeasureAsync, IsLong: true),
    ];
}
