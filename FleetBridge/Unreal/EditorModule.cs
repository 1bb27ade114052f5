using System.Diagnostics;
using System.Text;

namespace FleetBridge.Unreal;

/// <summary>The Python module that the editor imports, with its second half, in the version of this program.</summary>
/// <param name="FileName">The file's name.</param>
internal sealed record EditorModule(string FileName)
{
    private const string FirstName = "fleet_bridge.py";
    private readonly Lazy<byte[]> _content = new(() => ReadResource(FileName));

    /// <summary>The half that the editor imports.</summary>
    public static EditorModule First { get; } = new(FirstName);

    /// <summary>Both halves. The one that is imported comes last: it never meets an older second half.</summary>
    public static IReadOnlyList<EditorModule> Files { get; } = [new("fleet_bridge_ports.py"), First];

    /// <summary>The file beside it that says where the program is.</summary>
    public const string NoteName = "fleet_bridge.path";

    /// <summary>How every version of the module starts, today's first. The original plugin's module starts otherwise.</summary>
    private static readonly string[] Beginnings =
        ["\"\"\"FleetBridge for the Unreal editor", "\"\"\"FleetBridge beside the Unreal editor"];

    public byte[] Content => _content.Value;

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

    private static byte[] ReadResource(string name)
    {
        using var stream = typeof(EditorModule).Assembly.GetManifestResourceStream(name)
            ?? throw new UnreachableException($"The program was built without {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
