using System.Text;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>A backend's folder with the ScriptLoad backend as a script in it.</summary>
internal static class ScriptFolder
{
    private const string InSource = "\"build-0\"";

    /// <summary>The build that the source itself names.</summary>
    public const string FirstBuild = "build-0";

    private static readonly Lazy<string> Source = new(() =>
        File.ReadAllText(Published.InBenchmarks("ScriptLoad", "ScriptLoadBackend.cs")) is var text
            && text.Contains(InSource, StringComparison.Ordinal)
                ? text
                : throw new BenchmarkException($"The ScriptLoad backend does not contain {InSource}."));

    /// <summary>The request that its answer names the build for.</summary>
    /// <param name="backend">The backend's name.</param>
    public static string TargetOf(string backend) => $"/{backend}/1/deployment/thing/check";

    /// <summary>Saves the script, as an editor does.</summary>
    /// <param name="backends">The folder of backends.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="build">What the script calls itself.</param>
    public static void Save(string backends, string backend, string build)
    {
        var folder = Directory.CreateDirectory(Path.Combine(backends, backend, "1")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "backend.csx"),
            Source.Value.Replace(InSource, $"\"{build}\"", StringComparison.Ordinal),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Asks for its check, which has to be answered by a certain build.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="build">The build.</param>
    public static void Check(Served bridge, string backend, string build)
    {
        var answer = HttpExchange.Post(bridge.HttpPort, TargetOf(backend)).Text;
        if (!answer.Contains($"\"{build}\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"{backend} did not answer as {build}: {answer}");
        }
    }
}
