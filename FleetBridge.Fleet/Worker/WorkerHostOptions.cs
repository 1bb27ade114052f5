using FleetBridge.Core.Ports;
using FleetBridge.Fleet.Joining;

namespace FleetBridge.Fleet.Worker;

/// <summary>What a worker is, and whose.</summary>
internal sealed record WorkerHostOptions
{
    /// <summary>The name of the file with the private API's token in the data folder.</summary>
    public const string TokenFileName = "token";

    /// <summary>The host.</summary>
    public required HostAddress Host { get; init; }

    /// <summary>The worker's own folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The join token that its user has given it; null for none.</summary>
    public string? JoinToken { get; init; }

    /// <summary>Its name; null for the one that it has, or the machine's.</summary>
    public string? Name { get; init; }

    /// <summary>The id with which a new worker registers; null for one that the host chooses.</summary>
    public string? WorkerId { get; init; }

    /// <summary>Whether nobody expects it to install anything: what it lacks for that is not worth a line.</summary>
    public bool RunsFoldersOnly { get; init; }

    /// <summary>The random numbers of jitter, from 0 to below 1.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    /// <summary>Ctrl-C, SIGTERM, or the end of the terminal.</summary>
    public CancellationToken Signals { get; init; }

    /// <summary>The limits of the private API's port.</summary>
    public PortLimits Limits { get; init; } = new() { MostConnections = 256, MostUpgraded = 0, MostBody = 1024 * 1024, AllowsSlowReaders = true };

    /// <summary>How long the last responses may take when the worker stops.</summary>
    public TimeSpan CloseLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The private API's token.</summary>
    public string TokenFile => Path.Combine(Path.GetFullPath(DataFolder), TokenFileName);
}
