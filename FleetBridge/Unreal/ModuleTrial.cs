namespace FleetBridge.Unreal;

/// <summary>Tries the installed module with this machine's Python. The editor has its own Python.</summary>
internal static class ModuleTrial
{
    /// <summary>
    /// Prints two lines: the file that an editor with this folder on its path would import, and the program that the module would
    /// start. The folder itself is never on the path here, and nothing in it but our own module's source is run, not even
    /// what may have been compiled of it: the folder may be somebody else's.
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
        if (await PythonTrial.RunAsync(Script, folder, clock, cancellation).ConfigureAwait(false) is not { } trial)
        {
            return null;
        }

        return trial.Lines switch
        {
            _ when trial.Code != 0 => $"python3 cannot use the module: {trial.Error}",
            [var module, ..] when module != Path.Combine(folder, EditorModule.First.FileName) => $"python3 imports {module} instead.",
            [_, var found] when found == program => "",
            [_, var found] => $"The module would start {found}, which it finds before {EditorModule.NoteName}. Remove one of them.",
            _ => $"python3 cannot use the module: {trial.Error}",
        };
    }
}
