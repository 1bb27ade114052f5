using System.Diagnostics.CodeAnalysis;
using FleetBridge.Benchmarks.Figures;

namespace FleetBridge.Benchmarks;

/// <summary>What is to be measured, and how often.</summary>
internal sealed record BenchmarkOptions
{
    public static string Usage =>
        "Usage: dotnet run -c Release --project FleetBridge.Benchmarks -- [--only <figure>]… [--quick]\n"
        + $"Figures: {string.Join(", ", Figure.All.Select(figure => figure.Name))}. --only may be repeated or take a list with "
        + "commas; --quick measures each less often. soak takes ten minutes and "
        + $"mesh needs a broker ({MeshFigure.BrokerVariable}); both are measured only when they are named.";

    public IReadOnlyList<string> Only { get; private init; } = [];

    public bool Quick { get; private init; }

    public static bool TryParse(
        string[] args, [NotNullWhen(true)] out BenchmarkOptions? options, [NotNullWhen(false)] out string? problem)
    {
        (options, problem) = (null, null);
        var only = new List<string>();
        var quick = false;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--only" when i + 1 < args.Length:
                    only.AddRange(args[++i].Split(','));
                    break;
                default:
                    problem = $"'{args[i]}' is not understood.";
                    return false;
            }
        }

        if (only.Find(name => Figure.All.All(figure => figure.Name != name)) is { } unknown)
        {
            problem = $"There is no figure '{unknown}'.";
            return false;
        }

        options = new BenchmarkOptions { Only = only, Quick = quick };
        return true;
    }

    public bool Chose(string figure) => Only.Count == 0
        ? Figure.All.Any(one => one.Name == figure && !one.IsLong)
        : Only.Contains(figure);

    /// <summary>How often something is done.</summary>
    public int Count(int full, int quick) => Quick ? quick : full;
}

/// <summary>Something outside this program that went wrong; the message says what.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
