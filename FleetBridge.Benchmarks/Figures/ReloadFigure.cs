using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The bridge's memory after 100 builds of a backend, each of which has called S3 through the AWS SDK, against its memory
/// after 10.
/// </summary>
internal static class ReloadFigure
{
    private const double MostMore = 10;
    private const string Target = "/awsload/1/deployment/buckets/check?endpoint=";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        using var s3 = new S3Emulator();
        await Reloads.MeasureAsync(
            bench,
            table,
            "reloads with the AWS SDK in use",
            MostMore,
            (backends, _) => Published.Install(bench.Published.AwsLoad, Path.Combine(backends, "awsload", "1")),
            (bridge, _) => Call(bridge, s3));
    }

    private static void Call(Served bridge, S3Emulator s3)
    {
        var answer = HttpExchange.Post(bridge.HttpPort, Target + s3.Address);
        if (!answer.Text.Contains("\"Buckets\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"S3 was not called: {answer.Text}");
        }
    }
}
