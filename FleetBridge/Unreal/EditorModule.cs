using System.Diagnostics;
using System.Text;

namespace FleetBridge.Unreal;

/// <summary>The Python module that the editor imports, in the version of this program.</summary>
internal static class EditorModule
{
    public const string FileName = "fleet_bridge.py";

    /// <summary>The file beside it that says where the program is.</summary>
    public const string NoteName = "fleet_bridge.path";

    /// <summary>How every version of the module starts, today's first. The original plugin's module starts otherwise.</summary>
    private static readonly string[] Beginnings =
        ["\"\"\"FleetBridge for the Unreal editor", "\"\"\"FleetBridge beside the Unreal editor"];

    private static readonly Lazy<byte[]> Read = new(ReadResource);

    public static byte[] Content => Read.Value;

    /// <summary>
    /// What starts this program again: its own file, the launcher of a .NET tool, or the library that <c>dotnet</c> runs.
    /// </summary>
    public static string Program { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
            ? path
            : Path.Combine(AppContext.BaseDirectory, "fleetbridge.dll");

    /// <summary>Whether a file is this module, in any version, rather than another program's.</summary>
    public static bool IsOurs(byte[] content) =>
        Array.Exists(Beginnings, beginning => content.AsSpan().StartsWith(Encoding.ASCII.GetBytes(beginning)));

    private static byte[] ReadResource()
    {
        using var stream = typeof(EditorModule).Assembly.GetManifestResourceStream(FileName)
            ?? throw new UnreachableException($"The program was built without {FileName}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
