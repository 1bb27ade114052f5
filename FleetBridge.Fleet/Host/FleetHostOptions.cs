using System.Net;
using FleetBridge.Core.Ports;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Fleet.Store;

namespace FleetBridge.Fleet.Host;

/// <summary>What a host serves, and to whom.</summary>
internal sealed record FleetHostOptions
{
    /// <summary>Where the certificate and, unless another is named, the store are.</summary>
    public string Folder { get; init; } = Path.Combine(StateFolder.Locate(), "host");

    /// <summary>The store's file, or the address of one in PostgreSQL; null for the file in <see cref="Folder"/>.</summary>
    public string? Store { get; init; }

    /// <summary>Whether game servers need an auth token that this host has issued.</summary>
    public bool IsStrict { get; init; }

    /// <summary>How long a game server may take to activate a game session; null for GameLift's 300 s.</summary>
    public TimeSpan? ActivationTimeout { get; init; }

    /// <summary>How often a game server is asked to move to a new connection (RefreshConnection); null for never.</summary>
    public TimeSpan? RefreshInterval { get; init; }

    /// <summary>Where the events of placements are posted; null for nowhere.</summary>
    public Uri? EventAddress { get; init; }

    /// <summary>Which fleet the plain session routes use; the default one of this host if nothing else is said.</summary>
    public SessionTarget Sessions { get; init; } = new();

    /// <summary>Whether workers on this machine need a join token too: behind a tunnel every worker seems to be here.</summary>
    public bool IsTokenAlwaysNeeded { get; init; }

    /// <summary>How long a session route waits until a game session is ACTIVE.</summary>
    public TimeSpan SessionTimeout { get; init; } = SessionRoutes.DefaultLimit;

    /// <summary>Whether game servers are told the plain port, for SDKs that verify certificates.</summary>
    public bool TellsPlainEndpoint { get; init; }

    /// <summary>The address to listen on; null for this machine alone.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The address at which the port with TLS listens for other machines; null for this one alone.</summary>
    public IPAddress? Listen { get; init; }

    /// <summary>The port of the gateway that this process serves beside the host; 0 for none.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The limits of both ports.</summary>
    public PortLimits Limits { get; init; } = DefaultLimits;

    /// <summary>How long the last messages may take when the host stops.</summary>
    public TimeSpan CloseLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Ctrl-C, SIGTERM, or the end of the terminal.</summary>
    public CancellationToken Signals { get; init; }

    /// <summary>The store's file, or the address of one in PostgreSQL.</summary>
    public string StoreFile => PostgresAddress.Is(Store) ? Store! : Path.GetFullPath(Store ?? Path.Combine(Folder, "fleet.db"));

    /// <summary>The store for people: without a password.</summary>
    public string ShownStore => PostgresAddress.Is(Store) ? PostgresAddress.Parse(Store!).Shown : StoreFile;

    /// <summary>The file with the token of those who may start game servers.</summary>
    public string LaunchTokenFile => Path.Combine(Folder, LocalRoutes.TokenFileName);

    /// <summary>The folder of the host's own worker: each store has its own.</summary>
    public string WorkerFolder => Store is null || PostgresAddress.Is(Store) ? Path.Combine(Folder, "worker") : $"{StoreFile}.worker";

    /// <summary>The certificate's file.</summary>
    public string CertificateFile => Path.Combine(Folder, "certificate.pem");

    /// <summary>Thousands of game servers, each with a connection that says little; the largest body is a game session's data.</summary>
    private static PortLimits DefaultLimits { get; } = new()
    {
        MostConnections = 20_000,
        MostUpgraded = 16_000,
        MostBody = 1024 * 1024,
        AllowsSlowReaders = true,
    };
}
