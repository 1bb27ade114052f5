using System.Reflection;

namespace FleetBridge.Tests.Support;

/// <summary>Where this checkout and what it built are.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Attribute("RepositoryRoot"));

    public static string Configuration { get; } = Attribute("Configuration");

    private static string BuiltFolder => Path.Combine(Root, "FleetBridge", "bin", Configuration, "net10.0");

    /// <summary>Names the folder of the program that the tests start, such as a published one; unset for the one that was built.</summary>
    private const string ProgramVariable = "FLEETBRIDGE_TEST_PROGRAM";

    /// <summary>The folder with the program that the tests start, its backends included.</summary>
    public static string ProgramFolder { get; } = Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } published
        ? Path.GetFullPath(published)
        : BuiltFolder;

    /// <summary>Names the folder of the program that was published for Windows with its runtime.</summary>
    public const string WindowsVariable = "FLEETBRIDGE_TEST_WINDOWS_PROGRAM";

    /// <summary>The program for Windows; null where none was published.</summary>
    public static string? WindowsProgram { get; } = Environment.GetEnvironmentVariable(WindowsVariable) is { Length: > 0 } folder
        && File.Exists(Path.Combine(folder, "fleetbridge.exe"))
        ? Path.GetFullPath(Path.Combine(folder, "fleetbridge.exe"))
        : null;

    /// <summary>Names the folder with the program's package, that of the .NET tool.</summary>
    public const string ToolVariable = "FLEETBRIDGE_TEST_TOOL";

    /// <summary>The folder with the .NET tool's package; null where none was made.</summary>
    public static string? ToolFolder { get; } = Environment.GetEnvironmentVariable(ToolVariable) is { Length: > 0 } tool
        && Directory.Exists(tool) && Directory.EnumerateFiles(tool, "FleetBridge.*.nupkg").Any()
        ? Path.GetFullPath(tool)
        : null;

    /// <summary>The folder <c>&lt;name&gt;/&lt;version&gt;/</c> of the Probe fixture.</summary>
    public static string ProbeRoot => Path.Combine(Root, "FleetBridge.Tests", "Fixtures", "Probe", "bin", "backends");

    /// <summary>The folder <c>&lt;name&gt;/&lt;version&gt;/</c> of the AwsProbe fixture.</summary>
    public static string AwsProbeRoot => Path.Combine(Root, "FleetBridge.Tests", "Fixtures", "AwsProbe", "bin", "backends");

    /// <summary>The folder <c>&lt;name&gt;/&lt;version&gt;/</c> of the House fixture.</summary>
    public static string HouseRoot => Path.Combine(Root, "FleetBridge.Tests", "Fixtures", "House", "bin", "backends");

    /// <summary>The table of pairs of AWS's files.</summary>
    public static string AwsFiles => Path.Combine(Root, "FleetBridge.Tests", "Fixtures", "AwsFiles");

    public static string HelloRoot => Path.Combine(Root, "samples", "HelloBackend", "bin", "backends");

    public static string EchoMapRoot => Path.Combine(Root, "samples", "EchoMap", "bin", "backends");

    /// <summary>The backends beside the built program. Those of a published one are compiled ahead of time, and are not unloaded.</summary>
    public static string AwsRoot => Path.Combine(BuiltFolder, "backends");

    /// <summary>The built sample of a game server.</summary>
    public static string EchoServer { get; } = Path.Combine(
        Root, "samples", "EchoServer", "bin", Configuration, "net10.0", OperatingSystem.IsWindows() ? "EchoServer.exe" : "EchoServer");

    /// <summary>The built sample of a service on the mesh.</summary>
    public static string MeshService { get; } = Path.Combine(
        Root, "samples", "MeshService", "bin", Configuration, "net10.0", OperatingSystem.IsWindows() ? "MeshService.exe" : "MeshService");

    public static string SampleGame => Path.Combine(Root, "samples", "SampleGame");

    private static string Attribute(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
