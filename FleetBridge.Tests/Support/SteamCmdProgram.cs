namespace FleetBridge.Tests.Support;

/// <summary>A program that stands in for SteamCMD, in a folder of its own: see Fixtures/SteamCmd/steamcmd.c. Call
/// <c>Requires.GameServerProgram()</c> first.</summary>
internal sealed class SteamCmdProgram : IDisposable
{
    private static readonly CompiledFixture Fixture = new("SteamCmd", "steamcmd.c");

    private readonly TemporaryFolder _folder = new();

    /// <param name="plans">What each run does, the last one for all that follow.</param>
    public SteamCmdProgram(params string[] plans)
    {
        Path = Fixture.CopyTo(_folder.Path, "steamcmd");
        File.WriteAllLines(_folder["plan"], plans);
    }

    /// <summary>The lines of the real one.</summary>
    public static string RealLines { get; } =
        System.IO.Path.Combine(Repository.Root, "FleetBridge.Tests", "Fixtures", "SteamCmd", "lines.txt");

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>How it was called: a line for each run.</summary>
    public IReadOnlyList<string> Calls => File.Exists(_folder["calls"]) ? File.ReadAllLines(_folder["calls"]) : [];

    /// <summary>The folder whose files an install has.</summary>
    public string Content => Directory.CreateDirectory(_folder["content"]).FullName;

    public void Dispose() => _folder.Dispose();
}
