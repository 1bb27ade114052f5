using Spectre.Console.Rendering;

namespace FleetBridge.Output;

/// <summary>
/// A line that is written as it is: the terminal breaks it at its own width. It goes through the console's own pipeline, so
/// that it appears above any progress bars.
/// </summary>
/// <param name="text">The text, with its colours.</param>
internal sealed class TerminalLine(string text) : Renderable
{
    // The rest of a bar that was there before.
    private const string EraseToEndOfLine = "\e[K";

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return Segment.Control(
            text.ReplaceLineEndings("\n").Replace("\n", $"{EraseToEndOfLine}\n", StringComparison.Ordinal) + $"{EraseToEndOfLine}\n");
    }
}
