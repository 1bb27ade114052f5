using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>Waits for a condition, with a deadline that a loaded machine can keep.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static Task TrueAsync(Func<Task<bool>> condition, string what) => TrueAsync(condition, () => what);

    /// <summary>Waits; what was seen last is asked for only when it has not come about.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed >= Limit)
            {
                Assert.Fail($"did not come about within {Limit.TotalSeconds} s: {what()}");
            }

            await Task.Delay(10);
        }
    }
}
