using FleetBridge.Backends.Files;

namespace FleetBridge.Unreal;

/// <summary>
/// The plugin's own line of Python, <c>sys.path.insert(0,'…')</c>, into which it puts its setting <c>BOTO3Path</c> as it is: what means
/// something to Python in such a text breaks the line, and an editor with it.
/// </summary>
internal static class ImportLine
{
    private const string Key = "BOTO3Path";

    /// <summary>
    /// Reads the line as Python does, and runs nothing of it: the setting is somebody else's text. Prints whether it can be read, what
    /// folder it adds, and whether the module is there.
    /// </summary>
    private const string Script = """
        import sys
        if sys.version_info < (3, 9):
            sys.exit(9)
        import ast, os, warnings
        warnings.simplefilter("ignore")
        sys.stdout.reconfigure(encoding="utf-8")
        try:
            body = ast.parse("sys.path.insert(0,'%s')" % sys.argv[1]).body
            call = body[0].value
            folder = call.args[1].value
            whole = len(body) == 1 and ast.unparse(call.func) == "sys.path.insert" and len(call.args) == 2 and isinstance(folder, str)
        except (SyntaxError, ValueError, AttributeError, IndexError):
            whole = False
        if whole:
            print("whole")
            print(ascii(folder)[1:-1])
            print("module" if "\0" not in folder and os.path.isfile(os.path.join(folder, "fleet_bridge.py")) else "nothing")
        else:
            print("broken")
        """;

    /// <summary>The line of the project's configuration for a folder.</summary>
    public static string ForConfiguration(string folder) => $"{Key}={IniText.Quote(Plain(folder))}";

    /// <summary>Whether the plugin's line can name a folder at all.</summary>
    public static bool CanName(string folder) => !HasPythonsCharacters(Plain(folder));

    /// <summary>Looks for what keeps the editor from importing the module out of a folder.</summary>
    /// <param name="value">The setting, as the plugin reads it.</param>
    /// <param name="folder">The folder that is meant.</param>
    /// <returns>The problem, and what to write instead; null when there is none.</returns>
    public static async Task<(string Problem, string Remedy)?> FindProblemAsync(string value, string folder, TimeProvider clock, CancellationToken cancellation)
    {
        var remedy = CanName(folder)
            ? $"Write {ForConfiguration(folder)} in Config/DefaultEditor.ini."
            : "Choose a folder whose path has no apostrophe and no backslash.";
        return await DescribeAsync(value, clock, cancellation).ConfigureAwait(false) is { } problem ? ($"{Key} is {value}{problem}.", remedy) : null;
    }

    private static async Task<string?> DescribeAsync(string value, TimeProvider clock, CancellationToken cancellation)
    {
        if (IniText.Unwrap(value) != value)
        {
            return ", which the plugin takes as a plain text, and no such folder exists";
        }

        if (!Path.IsPathFullyQualified(value) && !ProjectPath.IsWindows(value))
        {
            return ", which counts from the editor's own folder, not from the project's";
        }

        var trial = await PythonTrial.RunAsync(Script, value, clock, cancellation).ConfigureAwait(false);
        return trial switch
        {
            null when HasPythonsCharacters(value) =>
                ", and the plugin writes it into a line of Python, where an apostrophe or a backslash means something else",
            null or { Lines: ["whole", _, "module"] } => null,
            { Lines: ["whole", var read, _] } => HasPythonsCharacters(value) ? $", and Python reads {read} in the plugin's line" : null,
            _ => $", and Python cannot read the plugin's line with it: sys.path.insert(0,'{value}')",
        };
    }

    /// <summary>A folder as the plugin's settings name it: Python and the engine take forward slashes on every system.</summary>
    public static string Plain(string folder) =>
        OperatingSystem.IsWindows() || ProjectPath.IsWindows(folder) ? folder.Replace('\\', '/') : folder;

    private static bool HasPythonsCharacters(string text) => text.AsSpan().IndexOfAny("'\\\r\n") >= 0;
}
