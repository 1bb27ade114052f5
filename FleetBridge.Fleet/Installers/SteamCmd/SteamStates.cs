namespace FleetBridge.Fleet.Installers.SteamCmd;

/// <summary>The bits of an app's state, as the community has decoded them: Valve documents none.</summary>
internal static class SteamStates
{
    /// <summary>Fully installed, and nothing more to do.</summary>
    public const uint Installed = 0x4;

    /// <summary>Files are missing.</summary>
    public const uint FilesMissing = 0x20;

    /// <summary>Files are corrupt.</summary>
    public const uint FilesCorrupt = 0x80;

    /// <summary>The disk refused a write.</summary>
    public const uint WriteFailed = 0x606;

    /// <summary>There is no room for the download and its staging, together about twice the app.</summary>
    public static bool IsNoRoom(uint state) => state is 0x202 or 0x212;

    /// <summary>It did not complete: the network, or a second SteamCMD at work.</summary>
    public static bool IsIncomplete(uint state) => state is 0x402 or 0x602;

    /// <summary>The manifest and the files disagree.</summary>
    public static bool IsInconsistent(uint state) => state is 0x6 or 0xE or 0x206 or 0x406;

    /// <summary>Files have to be compared and fetched again.</summary>
    public static bool NeedsValidation(uint state) => (state & (FilesMissing | FilesCorrupt)) != 0;
}
