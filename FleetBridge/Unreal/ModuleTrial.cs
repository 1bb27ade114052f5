using System.ComponentModel;
using FleetBridge.Backends.Processes;

namespace FleetBridge.Unreal;

/// <summary>Tries the installed module with this machine's Python. The editor has its own Python.</summary>
internal static class ModuleTrial
{
    private const int TooOld = 9;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Prints two lines: the file that an editor with this folder on its path would import, and the program that the module would
    /// start. The folder itself is never on the path here, and nothing in it but our own module's source is run, not even what may have been compiled of it: the
    /// folder may be somebody else's.
    /// </summary>
    private const string Script = """
        import os, sys
        if sys.version_info < (3, 9):
            sys.exit(9)
        import importlib.machinery, types
        os.environ.pop("FLEETBRIDGE_PATH", None)
        sys.stdout.reconfigure(encoding="utf-8")
        spec = importlib.machinery.PathFinder.find_spec("fleet_bridge", [sys.argv[1]])
        origin = getattr(spec, "origin", None)
        print(origin)
        if origin == os.path.join(sys.argv[1], "fleet_bridge.py"):
            module = types.ModuleType("fleet_bridge")
            module.__file__ = origin
            with open(origin, "rb") as source:
                exec(compile(source.read(), origin, "exec"), module.__dict__)
            print(module._find_program()[-1])
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
        if (ProgramPath.Find("python3") is not { } python)
        {
            return null;
        }

        var start = ProgramPath.StartOf(python, "-I", "-B", "-c", Script, folder);
        (start.RedirectStandardInput, start.StandardOutputEncoding) = (true, System.Text.Encoding.UTF8);
        try
        {
            var (code, output, error) = await LimitedProcess.RunAsync(start, Limit, clock, cancellation).ConfigureAwait(false);

            // On Windows a python3 that only opens the store fails without a Python traceback.
            var isNone = code == TooOld || (code != 0 && !error.Contains("Traceback", StringComparison.Ordinal));
            return isNone
                ? null
                : new Trial(code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), error.Trim());
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException or InvalidDataException)
        {
            return null;
        }
    }

    private sealed record Trial(int Code, string[] Lines, string Error);
}
