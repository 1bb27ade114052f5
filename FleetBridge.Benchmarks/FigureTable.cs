using System.Globalization;
using System.Text;

namespace FleetBridge.Benchmarks;

/// <summary>The measured figures, one a line. A line without a bound is for information.</summary>
internal sealed class FigureTable
{
    private readonly List<string> _lines = [];

    /// <summary>Whether every bound holds.</summary>
    public bool AllHold { get; private set; } = true;

    /// <summary>Adds a line.</summary>
    /// <param name="figure">What was measured.</param>
    /// <param name="bridge">The bridge's measurements, as text.</param>
    /// <param name="floor">The floor's.</param>
    /// <param name="compared">The one in relation to the other.</param>
    /// <param name="bound">What was promised; empty for information.</param>
    /// <param name="holds">Whether it is kept.</param>
    public void Add(string figure, string bridge, string floor = "", string compared = "", string bound = "", bool? holds = null)
    {
        AllHold &= holds ?? true;
        var verdict = holds switch { null => "", true => "yes", false => "**no**" };
        _lines.Add($"| {figure} | {bridge} | {floor} | {compared} | {bound} | {verdict} |");
        Console.Error.WriteLine(_lines[^1]);
    }

    /// <summary>Adds a line for a ratio of the bridge to its floor.</summary>
    public void AddRatio(string figure, Sample bridge, Sample floor, string format, double? most = null)
    {
        var ratio = bridge.MedianPaired(floor, (a, b) => a / b);
        Add(
            figure,
            bridge.ToText(format, "ms"),
            floor.ToText(format, "ms"),
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ×"),
            most is null ? "" : string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.0#} ×"),
            most is null ? null : ratio <= most);
    }

    /// <summary>Adds a line for a bound on the bridge's own value, which is shown beside its floor's.</summary>
    public void AddAtMost(string figure, Sample bridge, Sample floor, string format, string unit, double? most)
    {
        var more = bridge.MedianPaired(floor, (a, b) => a - b).ToString($"+{format};-{format}", CultureInfo.InvariantCulture);
        Add(
            figure,
            bridge.ToText(format, unit),
            floor.ToText(format, unit),
            $"{more} {unit}",
            most is null ? "" : string.Create(CultureInfo.InvariantCulture, $"≤ {most} {unit}"),
            most is null ? null : bridge.Median <= most);
    }

    /// <summary>Adds a line for a bound on how many MiB the bridge has above its floor.</summary>
    public void AddAtMostMore(string figure, Sample bridge, Sample floor, double? most)
    {
        var more = bridge.MedianPaired(floor, (a, b) => a - b);
        Add(
            figure,
            bridge.ToText("0.0", "MiB"),
            floor.ToText("0.0", "MiB"),
            string.Create(CultureInfo.InvariantCulture, $"{more:+0.0;-0.0} MiB"),
            most is null ? "" : string.Create(CultureInfo.InvariantCulture, $"≤ +{most} MiB"),
            most is null ? null : more <= most);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("| figure | bridge: median (min–max) | floor: median (min–max) | bridge to floor | bound | holds |");
        text.AppendLine("|---|---|---|---|---|---|");
        _lines.ForEach(line => text.AppendLine(line));
        return text.ToString();
    }
}
