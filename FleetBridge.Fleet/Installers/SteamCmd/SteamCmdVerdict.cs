namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>What to do after a run of SteamCMD's. Its exit code, its last line and the manifest are judged together: each of them has
/// been seen to say that all is well when it was not.</summary>
internal abstract record SteamCmdVerdict
{
    /// <summary>SteamCMD has updated itself and wants to be started again.</summary>
    public const int RestartCode = 42;

    private const int TimedOutCode = 1;
    private const int RateLimitCode = 84;
    private const int TwoFactorCode = 88;
    private const int NotFoundCode = 127;

    private SteamCmdVerdict()
    {
    }

    /// <summary>The app is installed.</summary>
    public sealed record Done : SteamCmdVerdict;

    /// <summary>It is started again at once; that is no attempt.</summary>
    public sealed record Restart : SteamCmdVerdict;

    /// <summary>It is tried again after a pause.</summary>
    /// <param name="Why">A part of a sentence.</param>
    /// <param name="Validate">All files are compared.</param>
    /// <param name="DropManifest">Its manifest is deleted before, so that it looks at the disk again.</param>
    public sealed record Retry(string Why, bool Validate = false, bool DropManifest = false) : SteamCmdVerdict;

    /// <summary>Trying again cannot help.</summary>
    /// <param name="Code">A word for programs.</param>
    /// <param name="Why">One or two sentences; what is free and needed is added where the disk is full.</param>
    public sealed record Stop(string Code, string Why) : SteamCmdVerdict;

    /// <summary>Judges a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isRepeated">Whether the run before it ended in the same way.</param>
    public static SteamCmdVerdict Of(SteamCmdRun run, bool isRepeated) => run switch
    {
        { IsHung: true } => new Retry("SteamCMD said nothing for a long time and was stopped"),
        { ExitCode: RestartCode } => new Restart(),
        { Outcome: SteamCmdLine.MissingLibrary library } => MissingLibrary(library.Name),
        { ExitCode: NotFoundCode } => MissingLibrary("a program or library"),
        { Outcome: SteamCmdLine.NoRoom } => new Stop("disk_full", "SteamCMD has no room for its own files."),
        { Outcome: SteamCmdLine.Failure failure } => OfReason(failure.Reason, run.ExitCode),
        { Outcome: SteamCmdLine.BadState state } => OfState(state.State, isRepeated),
        { ExitCode: TimedOutCode } => new Retry("Steam did not say what the app is made of in time"),
        { ExitCode: RateLimitCode or TwoFactorCode } => OfReason("", run.ExitCode),
        { ExitCode: 0, Outcome: SteamCmdLine.Success, Manifest.IsInstalled: true } => new Done(),
        { ExitCode: 0, Outcome: SteamCmdLine.Success, Manifest: { Count: 1, State: { } state } } =>
            OfState(state, isRepeated) is Stop stop ? stop
            : new Retry($"SteamCMD reported success, and its manifest has state 0x{state:X}", Validate: true),
        { ExitCode: 0, Outcome: SteamCmdLine.Success } =>
            new Retry($"SteamCMD reported success, and there are {run.Manifest.Count} manifests instead of 1", Validate: true, DropManifest: true),
        _ => new Retry($"SteamCMD ended with {run.ExitCode}{(run.LastLine.Length > 0 ? $" after \"{run.LastLine}\"" : "")}"),
    };

    private static SteamCmdVerdict OfState(uint state, bool isRepeated) =>
        SteamStates.IsNoRoom(state) ? new Stop("disk_full", $"SteamCMD ended with state 0x{state:X}, which means that the disk is full.")
        : state == SteamStates.WriteFailed ? isRepeated
            ? new Stop("write_failed", "SteamCMD could not write to the disk, twice (state 0x606): its quota may be reached, or it is broken.")
            : new Retry("SteamCMD could not write to the disk (state 0x606)")
        : SteamStates.NeedsValidation(state) ? new Retry($"files are missing or corrupt (state 0x{state:X})", Validate: true)
        : SteamStates.IsInconsistent(state) ? new Retry(
            $"SteamCMD's manifest and the files disagree (state 0x{state:X})", Validate: isRepeated, DropManifest: isRepeated)
        : SteamStates.IsIncomplete(state) ? new Retry($"the download did not complete (state 0x{state:X})")
        : new Retry($"SteamCMD ended with state 0x{state:X}");

    private static SteamCmdVerdict OfReason(string reason, int exitCode) =>
        Has(reason, "No subscription") ? new Stop(
            "no_subscription", "Steam gives this app to accounts that own it only (No subscription); anonymous installs are not possible.")
        : Has(reason, "Invalid Password") || Has(reason, "Access Denied") ? new Stop("login_failed", $"Steam refused the login ({reason}).")
        : Has(reason, "Two-factor") || Has(reason, "Logon Denied") || exitCode == TwoFactorCode
            ? new Stop("login_failed", "Steam asks for a second factor, which a worker does not have.")
        : Has(reason, "Invalid platform") ? new Stop(
            "wrong_platform", "Steam has no build of this app for this system (Invalid platform).")
        : Has(reason, "Rate Limit") || exitCode == RateLimitCode ? new Retry("Steam allows no more logins for now (Rate Limit Exceeded)")
        : new Retry(reason.Length > 0 ? $"SteamCMD failed ({reason})" : $"SteamCMD ended with {exitCode}");

    private static bool Has(string reason, string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static Stop MissingLibrary(string name) => new(
        "missing_library",
        $"SteamCMD is a 32-bit program, and {name} is missing on this machine. Install its 32-bit libraries "
        + "(Debian: apt-get install lib32gcc-s1 lib32stdc++6).");
}
