using System.Diagnostics;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>How many requests a second a program answers to several clients, each of which waits for its answer.</summary>
internal static class RequestRate
{
    private const int Clients = 8;

    /// <summary>Measures it.</summary>
    /// <param name="port">The program's port.</param>
    /// <param name="request">What is asked; it has to succeed.</param>
    /// <param name="time">For how long.</param>
    /// <returns>Requests a second.</returns>
    public static double Measure(int port, byte[] request, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        long answered = 0;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Clients).Select(_ => new Thread(() =>
        {
            try
            {
                using var socket = Connection.Open(port);
                var count = 0;
                for (; Stopwatch.GetElapsedTime(started) < time; count++)
                {
                    if (HttpExchange.Post(socket, request) is { Status: not 200 } refused)
                    {
                        throw new BenchmarkException($"A request was answered with {refused.Status}: {refused.Text}");
                    }
                }

                Interlocked.Add(ref answered, count);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null
            ? answered / Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new BenchmarkException($"{failure.Message}");
    }
}
