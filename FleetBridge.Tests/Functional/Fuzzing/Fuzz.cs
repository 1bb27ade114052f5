using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FleetBridge.Tests.Functional.Fuzzing;

/// <summary>
/// Tries a reader of foreign bytes with inputs made from good ones: bytes changed, pieces cut out, doubled, swapped or put in. Each input
/// has a seed of its own, so that one that breaks the reader can be made again. <c>FLEETBRIDGE_FUZZ_SECONDS</c> makes it last longer than
/// the two seconds of each run, and then with other seeds each time; <c>FLEETBRIDGE_FUZZ_SEED</c> names the first seed.
/// </summary>
internal static class Fuzz
{
    private const string SecondsVariable = "FLEETBRIDGE_FUZZ_SECONDS";
    private const string SeedVariable = "FLEETBRIDGE_FUZZ_SEED";
    private const double UsualSeconds = 2;
    private const int UsualSeed = 20_260_101;
    private const int LongestShown = 4_000;

    /// <summary>Pieces that many readers have a branch for.</summary>
    private static readonly byte[][] Common =
    [
        .. new[]
        {
            "\0", "\r\n", "\n", "\r", " ", "\t", "\"", "\\", "/", "//", "%", "%2f", "%00", "%ff", "%u0041", "&", "=", "?", "#", ":", ";", ",", "{", "}", "[", "]", "<", ">", "'",
            "null", "true", "-1", "0", "1e400", "99999999999999999999", "\\ud83d", "\\u0000", "\ufeff", "\ud83d\ude00", "\u202e", "..", "eyJ", "://a:b@", "[[[[[[[[[[", "{\"a\":",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x80], [0x1B, (byte)'['],
    ];

    /// <summary>Runs a reader on many inputs.</summary>
    /// <param name="good">Inputs that it can read; the others are made of them.</param>
    /// <param name="read">Reads one; whatever it throws is a failure.</param>
    public static void Run(IReadOnlyList<string> good, Action<byte[]> read) => RunAsync(good, input =>
    {
        read(input);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    /// <summary>Runs a reader on many inputs.</summary>
    /// <param name="good">Inputs that it can read; the others are made of them.</param>
    /// <param name="read">Reads one; whatever it throws is a failure.</param>
    public static async Task RunAsync(IReadOnlyList<string> good, Func<byte[], Task> read)
    {
        var named = Environment.GetEnvironmentVariable(SecondsVariable);
        var time = TimeSpan.FromSeconds(named is null ? UsualSeconds : double.Parse(named, CultureInfo.InvariantCulture));
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } first
            ? int.Parse(first, CultureInfo.InvariantCulture)
            : named is null ? UsualSeed : Environment.TickCount;
        var bytes = good.Select(Encoding.UTF8.GetBytes).ToList();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; seed++)
        {
            var input = Make(new Random(seed), bytes);
            try
            {
                await read(input);
            }
            catch (Exception exception)
            {
                var shown = string.Concat(input.Take(LongestShown).Select(value =>
                    value is >= 0x20 and < 0x7F and not (byte)'\\' ? ((char)value).ToString() : $"\\x{value:x2}"));
                Assert.Fail($"{SeedVariable}={seed}, {input.Length} bytes:\n{shown}\n{exception}");
            }
        }
    }

    private static byte[] Make(Random random, List<byte[]> good)
    {
        var input = good[random.Next(good.Count)].ToList();
        for (var changes = 1 << random.Next(5); changes > 0; changes--)
        {
            Change(random, good, input);
        }

        return [.. input];
    }

    private static void Change(Random random, List<byte[]> good, List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 << random.Next(7));
        switch (random.Next(8))
        {
            case 0 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 1 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                var other = good[random.Next(good.Count)];
                var from = random.Next(other.Length + 1);
                input.InsertRange(at, other.Skip(from).Take(1 << random.Next(7)));
                break;
            case 5:
                var piece = Common[random.Next(Common.Length)];
                var times = random.Next(20) == 0 ? random.Next(2_000) : 1;
                input.InsertRange(at, Enumerable.Repeat(piece, times).SelectMany(value => value));
                break;
            case 6 when random.Next(4) == 0:
                input.RemoveRange(at, input.Count - at);
                break;
            default:
                input.InsertRange(at, Common[random.Next(Common.Length)]);
                break;
        }
    }
}
