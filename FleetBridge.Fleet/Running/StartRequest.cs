using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Running;

/// <summary>A server to start.</summary>
internal sealed record StartRequest
{
    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>A new id for this run.</summary>
    public required string RunId { get; init; }

    /// <summary>What is installed.</summary>
    public required GameId GameId { get; init; }

    /// <summary>The server's own folder, with its log and what a runner has to find again.</summary>
    public required string ServerFolder { get; init; }

    /// <summary>The folder of the install, which is the working folder.</summary>
    public required string InstallFolder { get; init; }

    /// <summary>How it is run. Its ports have numbers, and its arguments and variables are complete.</summary>
    public required ServerConfiguration Configuration { get; init; }

    /// <summary>The most that its log may take.</summary>
    public required long LogCapBytes { get; init; }

    /// <summary>When less is free on the disk, output is dropped, and the gap is counted.</summary>
    public required long FreeSpaceFloorBytes { get; init; }
}

/// <summary>A server cannot be started.</summary>
/// <param name="code">A word for programs.</param>
/// <param name="message">Why and what to do, as sentences.</param>
/// <param name="isRetryable">Whether the same start may succeed later.</param>
internal sealed class StartException(string code, string message, bool isRetryable) : Exception(message)
{
    /// <summary>A word for programs.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the same start may succeed later.</summary>
    public bool IsRetryable { get; } = isRetryable;
}
