namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>One run of SteamCMD, as it ended.</summary>
internal sealed record SteamCmdRun
{
    /// <summary>Its exit code; a shell's 128 + signal when it was killed.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The last line that told an outcome: an early error may be followed by success.</summary>
    public SteamCmdLine? Outcome { get; init; }

    /// <summary>What is on the disk.</summary>
    public SteamManifest Manifest { get; init; } = new(0);

    /// <summary>Whether it was killed because it had said nothing for long.</summary>
    public bool IsHung { get; init; }

    /// <summary>The size of the app, if a line told it.</summary>
    public long? Total { get; init; }

    /// <summary>The last line with words in it.</summary>
    public string LastLine { get; init; } = "";
}
