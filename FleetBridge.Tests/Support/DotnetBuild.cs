using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary><c>dotnet build</c>, as a user runs it.</summary>
internal static class DotnetBuild
{
    /// <summary>Builds a project, or fails to.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="temporary">Where the build's temporary files go, and the empty folders that it leaves behind.</param>
    /// <param name="environment">Variables besides the test's own.</param>
    /// <param name="options">Further options.</param>
    /// <returns>The exit code and all that was written.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        string folder, string temporary, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // what the test command set for itself does not concern this build
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["TMPDIR"] = temporary;

        // a compiler of some seconds gains nothing by a profile of itself, which takes a third of its time
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await text + await errors);
    }
}
