using System.Diagnostics;
using System.Globalization;
using Amazon.Emulation;
using Amazon.Emulation.S3;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// 1 GiB in 2,000 files uploaded as a build, from the process being asked for to its end, in turns with
/// <c>aws gamelift upload-build</c> on the same folder. The stand-in throws away what it is sent.
/// </summary>
internal static class UploadFigure
{
    private const int Files = 2_000;
    private const long Bytes = 1024L * 1024 * 1024;
    private const double MostOfPeer = 0.27;
    private const double MostMebibytes = 250;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var peer = AwsCommand.Find();
        if (peer is null)
        {
            Console.Error.WriteLine(AwsCommand.HowToGet);
        }

        var package = bench.Place.NewFolder("package");
        Package.Write(package, Files, Bytes);
        var (ours, theirs) = (new Side(), new Side());
        try
        {
            await using var aws = await AwsEmulator.StartAsync();
            aws.S3.Bodies = S3Bodies.Discard;

            // ours waits until the build is READY, the other does not
            aws.Rules.LooksUntilBuildReady = 0;
            var environment = Surroundings.LeadingTo(aws, bench.Place.NewFolder("aws"));
            for (var round = 0; round < bench.Options.Count(3, 1); round++)
            {
                await ours.AddAsync(bench, OurUpload(bench, package, $"round{round}"), environment);
                if (peer is not null)
                {
                    await theirs.AddAsync(bench, AwsCommand.UploadBuild(peer, package), environment);
                }
            }
        }
        finally
        {
            Directory.Delete(package, recursive: true);
        }

        Tell(table, ours, peer is null ? null : theirs);
    }

    private static ProcessStartInfo OurUpload(Bench bench, string package, string prefix) => new(
        bench.Published.Bridge, ["create", "uploaded_build", "--prefix", prefix, "--server-package-root", package]);

    private static void Tell(FigureTable table, Side ours, Side? theirs)
    {
        var ratio = theirs is null ? (double?)null : ours.Time.MedianPaired(theirs.Time, (a, b) => a / b);
        table.Add(
            "upload of 1 GiB in 2,000 files, half of it incompressible (the floor: `aws gamelift upload-build`)",
            ours.Time.ToText("0.0", "s"),
            theirs?.Time.ToText("0.0", "s") ?? "no `aws` here",
            ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ×"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {MostOfPeer} ×"),
            ratio is null ? null : ratio <= MostOfPeer);
        table.Add("its processor time", ours.Busy.ToText("0.0", "s"), theirs?.Busy.ToText("0.0", "s") ?? "");
        table.Add(
            "its peak of memory (VmHWM)",
            ours.Peak.ToText("0", "MiB"),
            theirs?.Peak.ToText("0", "MiB") ?? "",
            "",
            string.Create(CultureInfo.InvariantCulture, $"≤ {MostMebibytes} MiB"),
            ours.Peak.Median <= MostMebibytes);
        table.Add(
            "files it made in its temporary and its working folder",
            Name(ours),
            theirs is null ? "" : Name(theirs),
            "",
            "0",
            ours.Files.Count == 0);
    }

    private static string Name(Side side) => side.Files.Count == 0
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{side.Files.Count} in {side.Time.Values.Count} rounds (such as {side.Files[0]})");

    private sealed class Side
    {
        public Sample Time { get; } = new();

        public Sample Busy { get; } = new();

        public Sample Peak { get; } = new();

        public List<string> Files { get; } = [];

        public async Task AddAsync(Bench bench, ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
        {
            Surroundings.Prepare(start.Environment, bench.Place.NewFolder("state"), environment);
            var run = await WatchedRun.RunAsync(start, bench.Place.NewFolder("cwd"), bench.Cancellation);
            Time.Add(run.Time.TotalSeconds);
            Busy.Add(run.ProcessorTime.TotalSeconds);
            Peak.Add(run.PeakMebibytes);
            Files.AddRange(run.Files);
        }
    }
}
