using Spectre.Console.Rendering;

namespace FleetBridge.Output;

/// <summary>
/// A line that is written as it is: not broken at the width of the terminal, which can do that better. It goes through the
/// console's own pipeline, so that it lands above whatever bars are shown there.
/// </summary>
/// <param name="text">The text, with its colours.</param>
internal sealed class TerminalLine(string text) : Renderable
{
    // What is left of a bar that stood there before.
    private const string EraseToEndOfLine = "\e[K";

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return Segment.Control(
            text.ReplaceLineEndings("\n").Replace("\n", $"{EraseToEndOfLine}\n", StringComparison.Ordinal) + $"{EraseToEndOfLine}\n");
    }
}
