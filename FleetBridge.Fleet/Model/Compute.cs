namespace FleetBridge.Fleet.Model;

/// <summary>A machine that is registered with a fleet.</summary>
internal sealed record Compute : IRecord
{
    public required string FleetId { get; init; }

    public required string ComputeName { get; init; }

    public required string ComputeArn { get; init; }

    public required string IpAddress { get; init; }

    public string? DnsName { get; init; }

    public required string Location { get; init; }

    public string? CertificatePath { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public long Number { get; init; }

    string IRecord.Key => KeyOf(FleetId, ComputeName);

    /// <summary>Names are unique in a fleet only.</summary>
    public static string KeyOf(string fleetId, string computeName) => $"{fleetId}/{computeName}";
}

/// <summary>What RegisterCompute was asked for.</summary>
internal sealed record NewCompute
{
    /// <summary>Its id or ARN.</summary>
    public required string FleetId { get; init; }

    public required string ComputeName { get; init; }

    public string? IpAddress { get; init; }

    public string? DnsName { get; init; }

    public string? Location { get; init; }

    public string? CertificatePath { get; init; }

    public string? Region { get; init; }
}

/// <summary>What a server shows when it connects.</summary>
internal sealed record AuthToken(string Token, string FleetId, string ComputeName, DateTimeOffset Expires, long Number) : IRecord
{
    string IRecord.Key => Token;
}
