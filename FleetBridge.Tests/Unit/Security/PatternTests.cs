using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using FleetBridge.Backends;
using FleetBridge.Core.Security;
using FleetBridge.Output;

namespace FleetBridge.Tests.Unit.Security;

/// <summary>
/// Every pattern of the program is generated from source, and takes a hundred times as long for a hundred times the text, not ten thousand
/// times. They are found by reflection, so that a new one is measured too.
/// </summary>
public sealed class PatternTests
{
    private const int Short = 2_500;
    private const int Long = 250_000;

    /// <summary>A hundred times is linear, ten thousand times is quadratic.</summary>
    private const double MostTimes = 1_500;

    /// <summary>The least of that many counts.</summary>
    private const int Repetitions = 3;

    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux's time.h.</summary>
    private const int ThreadTime = 3;

    /// <summary>Below that, a measured time says nothing.</summary>
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(15);

    /// <summary>Made once for all patterns.</summary>
    private static readonly ConcurrentDictionary<(int Length, string Of), string> Texts = [];

    /// <summary>What the patterns begin with, and what keeps them reading.</summary>
    private static readonly string[] Pieces =
    [
        "-eyJ", "eyJabcdefgh.", "<", "[", "\"", "\\", " ", "\t", "a", "0", "-a", "a-", "a.", "0.", "AKIA", "AKIAABCDEFGH", "://", "://a:", "%3a%2f%2fa%3a",
        @":\/\/a:", "secret_key ", "secret_key=", "secret_key=\\/", "aws_secret_access_key%20", "session_token&quot;", "access_token+", "bearer ", "bearer%20", "bearer+",
        "authorization: basic ", "authorization%20", "signature=", "signature=&#x2f;", "credential%3d\\u002f", "PRIVATE KEY-----", "PRIVATE KEY-----\\n",
        "not authorized to perform: ", "not authorized to perform: a", "C:\\game\\", "a_", "us-west-", "(Path=\"", "[key] ",
    ];

    public static TheoryData<string> Patterns
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var (name, _) in All())
            {
                data.Add(name);
            }

            return data;
        }
    }

    [Fact]
    public void All_patterns_are_found() => Assert.InRange(All().Count, 25, 100);

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Pattern_is_generated_from_source(string name) =>
        Assert.NotEqual(typeof(Regex), All().Single(pattern => pattern.Name == name).Pattern.GetType());

    /// <summary>What reads short texts only.</summary>
    private static readonly string[] Bounded = [
        "RedactionPatterns.OpenName", // of a text's last 200 characters
    ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Pattern_takes_linear_time(string name)
    {
        var pattern = All().Single(pattern => pattern.Name == name).Pattern;
        if (Bounded.Contains(name))
        {
            Assert.InRange(pattern.Count("://secret_key" + new string(' ', 200)), 0, 1);
            return;
        }

        foreach (var piece in Pieces)
        {
            // a first piece that the others may be the rest of, and an end at which each try fails
            AssertLinear(text => pattern.Count(text), length => Repeat(piece, length) + "\n{", $"{name} of {piece}");
            AssertLinear(text => pattern.Count(text), length => "://secret_key" + Repeat(piece, length) + "\u0001", $"{name} of {piece} behind others");
        }
    }

    [Fact]
    public void Redaction_takes_linear_time()
    {
        foreach (var piece in Pieces)
        {
            AssertLinear(text => Redaction.Clean(text).Length, length => Repeat(piece, length), $"redaction of {piece} alone");
        }
    }

    private static void AssertLinear(Func<string, int> work, Func<int, string> text, string what)
    {
        var many = Texts.GetOrAdd((Long, what[(what.IndexOf(" of ", StringComparison.Ordinal) + 1)..]), _ => text(Long));
        var manyTook = Measure(work, many);
        if (manyTook <= Floor)
        {
            return;
        }

        // once more: the thread that allocates is also the one that collects everybody's garbage
        manyTook = Least(Repetitions, work, many, manyTook);
        if (manyTook <= Floor)
        {
            return;
        }

        var few = text(Short);
        work(few);
        var fewTook = Least(Repetitions, work, few, TimeSpan.MaxValue);
        Assert.True(
            manyTook <= fewTook * MostTimes,
            $"{what}: {Short} characters took {fewTook.TotalMilliseconds} ms of the processor, {Long} took {manyTook.TotalMilliseconds} ms");
    }

    private static TimeSpan Least(int times, Func<string, int> work, string text, TimeSpan least) =>
        Enumerable.Range(0, times).Aggregate(least, (best, _) => TimeSpan.FromTicks(Math.Min(best.Ticks, Measure(work, text).Ticks)));

    /// <summary>The processor's time of this thread alone: other work on the machine does not count.</summary>
    private static TimeSpan Measure(Func<string, int> work, string text)
    {
        var started = Used();
        work(text);
        return Used() - started;
    }

    private static TimeSpan Used() =>
        OperatingSystem.IsLinux() && ReadClock(ThreadTime, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1_000d)
            : Stopwatch.GetElapsedTime(0);

    // clock_gettime(2)
    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(nint Seconds, nint Nanoseconds);

    private static string Repeat(string piece, int length) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    private static List<(string Name, Regex Pattern)> All() =>
    [
        .. new[] { typeof(Redaction).Assembly, typeof(Terminal).Assembly, typeof(Backend).Assembly, typeof(FleetBridge.Backends.Aws.AwsBackend).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType == typeof(Regex) && method.GetParameters().Length == 0 && !method.IsSpecialName)
            .Select(method => ($"{method.DeclaringType!.Name}.{method.Name}", (Regex)method.Invoke(null, null)!)),
    ];
}
