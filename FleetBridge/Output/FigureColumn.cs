using Spectre.Console;
using Spectre.Console.Rendering;

namespace FleetBridge.Output;

/// <summary>The figures beside a bar, as the operation reported them: percent, speed, time left.</summary>
/// <param name="figures">The texts by the line's id. They are read while the terminal is being written to, so without a
/// lock that a reporting operation could hold.</param>
internal sealed class FigureColumn(IReadOnlyDictionary<int, string> figures) : ProgressColumn
{
    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(figures.GetValueOrDefault(task.Id) ?? "").Overflow(Overflow.Ellipsis);
}
