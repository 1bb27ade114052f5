using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Targets of the AWS backend as the editor sends them.</summary>
internal static class Deployment
{
    private const string Query =
        "?profile_name=&region_name=us-west-2&prefix=test1&server_package_root=\"\"&fleet_launch_path=\"\"&project_root=\"\"";

    /// <summary>Every resource that asks AWS, in the order of its making.</summary>
    public static IReadOnlyList<string> OnAws { get; } = ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api"];

    /// <summary>The target of an operation that needs no more than the prefix.</summary>
    public static string Target(string resource, string operation) => $"/aws_backend/1/deployment/{resource}/{operation}{Query}";

    /// <summary>Asks; an answer that is not <c>"True"</c> would be measured in vain.</summary>
    public static void Check(Served bridge, string resource)
    {
        var answer = HttpExchange.Post(bridge.HttpPort, Target(resource, "check"));
        if (!answer.Text.Contains("\"Overall Result\":\"True\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"{resource}/check: {answer.Text}");
        }
    }
}
