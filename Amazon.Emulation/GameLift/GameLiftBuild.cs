using Amazon.Emulation.GameLift.Model;

namespace Amazon.Emulation.GameLift;

/// <summary>A build of GameLift.</summary>
internal sealed class GameLiftBuild
{
    public required string Id { get; init; }

    public required string Arn { get; init; }

    public string? Name { get; init; }

    public string? Version { get; init; }

    public required string OperatingSystem { get; init; }

    public required string ServerSdkVersion { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Where its zip is expected.</summary>
    public required (string Bucket, string Key) Location { get; init; }

    /// <summary>Its tags.</summary>
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>INITIALIZED, READY or FAILED.</summary>
    public string Status { get; set; } = "INITIALIZED";

    public long SizeOnDisk { get; set; }

    /// <summary>How often it is still looked at before its status changes; null as long as nothing was uploaded.</summary>
    public int? LooksLeft { get; set; }

    /// <summary>The build as the API describes it.</summary>
    public Build ToShape() => new()
    {
        BuildId = Id,
        BuildArn = Arn,
        Name = Name,
        Version = Version,
        Status = Status,
        SizeOnDisk = SizeOnDisk,
        OperatingSystem = OperatingSystem,
        ServerSdkVersion = ServerSdkVersion,
        CreationTime = Created,
    };
}
