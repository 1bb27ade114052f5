using System.Diagnostics;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A deployment through a bridge, with the requests that the editor sends.</summary>
/// <param name="bridge">The bridge.</param>
/// <param name="package">The packaged server; empty where nobody asks for it.</param>
internal sealed class Deployment(Served bridge, string package = "") : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Every resource, in the order in which they are made.</summary>
    public static IReadOnlyList<string> Resources { get; } =
        ["packaged_build", "uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"];

    /// <summary>Asks for an operation that answers at once and has to succeed.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Time(string resource, string operation)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = HttpExchange.Post(bridge.HttpPort, Target(resource, operation));
        var time = Stopwatch.GetElapsedTime(started);
        AssertSucceeded(resource, operation, answer.Text);
        return time;
    }

    /// <summary>Asks for an operation that may take long.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="mustSucceed">Whether it has to succeed; a check of what is absent fails.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task RunAsync(string resource, string operation, bool mustSucceed, CancellationToken cancellation)
    {
        var address = $"http://127.0.0.1:{bridge.HttpPort}{Target(resource, operation)}";
        using var answer = await _http.PostAsync(address, null, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        if (mustSucceed)
        {
            AssertSucceeded(resource, operation, text);
        }
    }

    public void Dispose() => _http.Dispose();

    private static void AssertSucceeded(string resource, string operation, string answer)
    {
        if (!answer.Contains("\"Overall Result\":\"True\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"{resource}/{operation}: {answer.Trim()}");
        }
    }

    private string Target(string resource, string operation) =>
        $"/aws_backend/1/deployment/{resource}/{operation}?profile_name=&region_name=us-west-2&prefix=test1"
        + $"&server_package_root={Uri.EscapeDataString(package)}&fleet_launch_path={Uri.EscapeDataString(Package.LaunchPath)}&project_root=";
}
