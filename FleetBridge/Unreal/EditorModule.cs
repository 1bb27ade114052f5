using System.Diagnostics;
using System.Text;

namespace FleetBridge.Unreal;

/// <summary>The Python module that the editor imports, as it came with this program.</summary>
internal static class EditorModule
{
    public const string FileName = "fleet_bridge.py";

    /// <summary>The file beside it that says where the program is.</summary>
    public const string NoteName = "fleet_bridge.path";

    /// <summary>How every version of it begins, and the original plugin's does not.</summary>
    private const string Beginning = "\"\"\"FleetBridge beside the Unreal editor";

    private static readonly Lazy<byte[]> Read = new(ReadResource);

    public static byte[] Content => Read.Value;

    /// <summary>
    /// What starts this program again: its own file, the launcher of a .NET tool, or the library that <c>dotnet</c> runs.
    /// </summary>
    public static string Program { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
            ? path
            : Path.Combine(AppContext.BaseDirectory, "fleetbridge.dll");

    /// <summary>Whether a file is this module, in any version.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>False for somebody else's.</returns>
    public static bool IsOurs(byte[] content) => content.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Beginning));

    private static byte[] ReadResource()
    {
        using var stream = typeof(EditorModule).Assembly.GetManifestResourceStream(FileName)
            ?? throw new UnreachableException($"The program was built without {FileName}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
