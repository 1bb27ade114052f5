using System.Text;
using FleetBridge.Core.Text;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>Texts that fit into a number of a terminal's cells.</summary>
internal static class LiveText
{
    private const char Ellipsis = '…';

    /// <summary>Cuts or fills a text.</summary>
    /// <param name="text">The text; control characters in it are shown, not obeyed.</param>
    /// <param name="cells">How many cells it has to fill.</param>
    public static string Fill(string text, int cells)
    {
        var fitted = Fit(text, cells);
        return fitted + new string(' ', Math.Max(0, cells - fitted.GetCellWidth()));
    }

    /// <summary>Cuts a text that is too wide; an ellipsis shows that something is missing.</summary>
    public static string Fit(string text, int cells)
    {
        var visible = VisibleText.Of(text);
        if (visible.GetCellWidth() <= cells)
        {
            return visible;
        }

        var kept = new StringBuilder();
        var width = 0;
        foreach (var rune in visible.EnumerateRunes())
        {
            var next = rune.ToString();
            width += next.GetCellWidth();
            if (width > cells - 1)
            {
                break;
            }

            kept.Append(next);
        }

        return cells > 0 ? kept.Append(Ellipsis).ToString() : "";
    }

    /// <summary>A time as <c>0:07</c>, <c>12:34</c> or <c>1:02:03</c>.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? FormattableString.Invariant($"{(int)time.TotalHours}:{time:mm\\:ss}")
        : FormattableString.Invariant($"{(int)time.TotalMinutes}:{time:ss}");
}
