using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Installers;

/// <summary>A game to install.</summary>
internal sealed record InstallRequest
{
    /// <summary>The server that it is for.</summary>
    public required string ServerId { get; init; }

    /// <summary>The game.</summary>
    public required GameId GameId { get; init; }

    /// <summary>A new, empty folder below the server's folder. It gets another name when the install is complete: nothing in it may
    /// depend on its path.</summary>
    public required string Folder { get; init; }

    /// <summary>The install that is in use so far, which may be running; null for the first.</summary>
    public string? PreviousFolder { get; init; }

    /// <summary>Folders, relative to <see cref="Folder"/>, that live across updates. The worker links them in itself: an installer
    /// leaves them out when it copies an earlier install.</summary>
    public IReadOnlyList<string> DataFolders { get; init; } = [];

    /// <summary>What has to stay free on the disk.</summary>
    public long FreeSpaceFloorBytes { get; init; }
}

/// <summary>How far an install is.</summary>
/// <param name="Percent">0 to 100; null when it is not known.</param>
/// <param name="Bytes">The bytes so far.</param>
/// <param name="Total">All bytes; null when it is not known.</param>
/// <param name="Phase">What it does now, such as <c>downloading</c>.</param>
internal sealed record InstallProgress(double? Percent, long? Bytes, long? Total, string Phase);

/// <summary>What was installed.</summary>
/// <param name="Version">What the game's source calls this version, such as a build id or an image's digest; null when it has none.</param>
/// <param name="Bytes">How much it takes on the disk; null when it is not known.</param>
internal sealed record Installation(string? Version = null, long? Bytes = null);

/// <summary>A game cannot be installed.</summary>
/// <param name="code">A word for programs.</param>
/// <param name="message">Why and what to do, as sentences.</param>
/// <param name="isRetryable">Whether the same install may succeed later.</param>
internal sealed class InstallException(string code, string message, bool isRetryable) : Exception(message)
{
    /// <summary>A word for programs.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the same install may succeed later.</summary>
    public bool IsRetryable { get; } = isRetryable;
}
