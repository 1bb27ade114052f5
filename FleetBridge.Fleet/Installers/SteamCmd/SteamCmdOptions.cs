namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>How SteamCMD is used.</summary>
internal sealed record SteamCmdOptions
{
    /// <summary>The environment variable that names the program.</summary>
    public const string ProgramVariable = "FLEETBRIDGE_STEAMCMD";

    /// <summary>The program; null where none is installed.</summary>
    public string? Program { get; init; }

    /// <summary>Its HOME: a folder of this worker alone. Two at once on one HOME fail.</summary>
    public required string Home { get; init; }

    /// <summary>How many times it is started for one install.</summary>
    public int MostAttempts { get; init; } = 10;

    /// <summary>Random numbers of pauses, from 0 to below 1.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
