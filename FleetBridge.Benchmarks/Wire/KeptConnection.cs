using System.Diagnostics;
using System.Net.Sockets;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A connection that stays open, as the engine keeps it, and one request that is sent on it again and again.
/// </summary>
/// <param name="port">The program's port.</param>
/// <param name="target">What is asked for; it has to succeed.</param>
internal sealed class KeptConnection(int port, string target) : IDisposable
{
    private const int WarmUps = 10_000;
    private const int Block = 50;

    // The runtime compiles again what is called often once nothing new has been called for 100 ms, in the background.
    private static readonly TimeSpan CompileTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket = Connection.Open(port);
    private readonly byte[] _request = HttpExchange.Request(port, target);

    /// <summary>Asks two in turns, in blocks, once everything is compiled as well as it will be.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <param name="requests">How many are measured of each.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The times.</returns>
    public static async Task<(Sample One, Sample Other)> CompareWarmAsync(
        KeptConnection one, KeptConnection other, int requests, CancellationToken cancellation)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            Interleave(one, other, WarmUps / 2);
            await Task.Delay(CompileTime, cancellation);
        }

        return Interleave(one, other, requests);
    }

    public void Dispose() => _socket.Dispose();

    private static (Sample One, Sample Other) Interleave(KeptConnection one, KeptConnection other, int requests)
    {
        var (ofOne, ofOther) = (new Sample(), new Sample());
        for (var asked = 0; asked < requests; asked += Block)
        {
            one.Ask(ofOne);
            other.Ask(ofOther);
        }

        return (ofOne, ofOther);
    }

    private void Ask(Sample times)
    {
        for (var i = 0; i < Block; i++)
        {
            var started = Stopwatch.GetTimestamp();
            if (HttpExchange.Post(_socket, _request).Status != 200)
            {
                throw new BenchmarkException($"{target} was not answered with 200.");
            }

            times.Add(Stopwatch.GetElapsedTime(started));
        }
    }
}
