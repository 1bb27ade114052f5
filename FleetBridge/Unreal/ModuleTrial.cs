using System.ComponentModel;
using System.Diagnostics;

namespace FleetBridge.Unreal;

/// <summary>The installed module, tried with this machine's Python; the editor has its own.</summary>
internal static class ModuleTrial
{
    private const int TooOld = 9;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Two lines: which file was imported, and what it would start.</summary>
    private const string Script = """
        import os, sys
        if sys.version_info < (3, 9):
            sys.exit(9)
        os.environ.pop("FLEETBRIDGE_PATH", None)
        sys.stdout.reconfigure(encoding="utf-8")
        sys.path.insert(0, sys.argv[1])
        import fleet_bridge
        print(fleet_bridge.__file__)
        print(fleet_bridge._find_program()[-1])
        """;

    /// <summary>Tries it.</summary>
    /// <param name="folder">The folder with the module.</param>
    /// <param name="program">What it should find.</param>
    /// <param name="cancellation">Ends the trial.</param>
    /// <returns>What is wrong; empty when all is well; null without a Python that could try it.</returns>
    public static async Task<string?> RunAsync(string folder, string program, CancellationToken cancellation)
    {
        if (await RunPythonAsync(folder, cancellation).ConfigureAwait(false) is not { } answer)
        {
            return null;
        }

        return answer.Lines switch
        {
            _ when answer.Code != 0 => $"python3 cannot use the module: {answer.Error}",
            [var module, ..] when module != Path.Combine(folder, EditorModule.FileName) => $"python3 imports {module} instead.",
            [_, var found] when found == program => "",
            [_, var found] => $"The module would start {found}, which comes before {EditorModule.NoteName}: remove one of them.",
            _ => $"python3 cannot use the module: {answer.Error}",
        };
    }

    private static async Task<Answer?> RunPythonAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("python3", ["-B", "-c", Script, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        try
        {
            using var python = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Limit);
            try
            {
                python.StandardInput.Close();
                var error = python.StandardError.ReadToEndAsync(limit.Token);
                var output = await python.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
                await python.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                var answer = new Answer(
                    python.ExitCode,
                    output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                    (await error.ConfigureAwait(false)).Trim());

                // On Windows a python3 that only opens a shop ends with an error, and without a Python's trace.
                var isNone = answer.Code == TooOld
                    || (answer.Code != 0 && !answer.Error.Contains("Traceback", StringComparison.Ordinal));
                return isNone ? null : answer;
            }
            finally
            {
                if (!python.HasExited)
                {
                    python.Kill(entireProcessTree: true);
                }
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Answer(int Code, string[] Lines, string Error);
}
