using System.ComponentModel;
using System.Diagnostics;

namespace FleetBridge.Unreal;

/// <summary>Tries the installed module with this machine's Python. The editor has its own Python.</summary>
internal static class ModuleTrial
{
    private const int TooOld = 9;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Prints two lines: the imported file, and the program that it would start.</summary>
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

    /// <summary>Tries the module.</summary>
    /// <param name="program">The program that it should find.</param>
    /// <returns>The problem; empty when there is none; null without a Python that can try the module.</returns>
    public static async Task<string?> RunAsync(string folder, string program, TimeProvider clock, CancellationToken cancellation)
    {
        if (await RunPythonAsync(folder, clock, cancellation).ConfigureAwait(false) is not { } trial)
        {
            return null;
        }

        return trial.Lines switch
        {
            _ when trial.Code != 0 => $"python3 cannot use the module: {trial.Error}",
            [var module, ..] when module != Path.Combine(folder, EditorModule.FileName) => $"python3 imports {module} instead.",
            [_, var found] when found == program => "",
            [_, var found] => $"The module would start {found}, which it finds before {EditorModule.NoteName}. Remove one of them.",
            _ => $"python3 cannot use the module: {trial.Error}",
        };
    }

    private static async Task<Trial?> RunPythonAsync(string folder, TimeProvider clock, CancellationToken cancellation)
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
            using var late = new CancellationTokenSource(Limit, clock);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            try
            {
                python.StandardInput.Close();
                var error = python.StandardError.ReadToEndAsync(limit.Token);
                var output = await python.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
                await python.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                var trial = new Trial(
                    python.ExitCode,
                    output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                    (await error.ConfigureAwait(false)).Trim());

                // On Windows a python3 that only opens the store fails without a Python traceback.
                var isNone = trial.Code == TooOld
                    || (trial.Code != 0 && !trial.Error.Contains("Traceback", StringComparison.Ordinal));
                return isNone ? null : trial;
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

    private sealed record Trial(int Code, string[] Lines, string Error);
}
