using System.Globalization;

namespace FleetBridge.Benchmarks;

/// <summary>Several measurements of one thing.</summary>
internal sealed class Sample
{
    private readonly List<double> _values = [];

    public IReadOnlyList<double> Values => _values;

    public double Median => Percentile(_values);

    public void Add(double value) => _values.Add(value);

    public void Add(TimeSpan time) => _values.Add(time.TotalMilliseconds);

    /// <summary>The median of what this is in relation to the other, each measurement to the one taken beside it.</summary>
    public double MedianPaired(Sample other, Func<double, double, double> relation) =>
        Percentile(_values.Zip(other._values, relation));

    /// <summary>Median, least and most.</summary>
    public string ToText(string format, string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Format(Median, format)} {unit} ({Format(_values.Min(), format)}–{Format(_values.Max(), format)})");

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Percentile(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
