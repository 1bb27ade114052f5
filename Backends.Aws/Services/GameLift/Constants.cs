using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift;

/// <summary>How far a build is.</summary>
[JsonConverter(typeof(ConstantConverter<BuildStatus>))]
internal sealed class BuildStatus(string value) : ConstantClass(value), IServiceConstant<BuildStatus>
{
    public static readonly BuildStatus INITIALIZED = new("INITIALIZED");
    public static readonly BuildStatus READY = new("READY");
    public static readonly BuildStatus FAILED = new("FAILED");

    public static BuildStatus Of(string value) => new(value);
}

/// <summary>How far a fleet is.</summary>
[JsonConverter(typeof(ConstantConverter<FleetStatus>))]
internal sealed class FleetStatus(string value) : ConstantClass(value), IServiceConstant<FleetStatus>
{
    public static readonly FleetStatus NEW = new("NEW");
    public static readonly FleetStatus DOWNLOADING = new("DOWNLOADING");
    public static readonly FleetStatus VALIDATING = new("VALIDATING");
    public static readonly FleetStatus BUILDING = new("BUILDING");
    public static readonly FleetStatus ACTIVATING = new("ACTIVATING");
    public static readonly FleetStatus ACTIVE = new("ACTIVE");
    public static readonly FleetStatus DELETING = new("DELETING");
    public static readonly FleetStatus ERROR = new("ERROR");
    public static readonly FleetStatus TERMINATED = new("TERMINATED");
    public static readonly FleetStatus NOT_FOUND = new("NOT_FOUND");

    public static FleetStatus Of(string value) => new(value);
}

/// <summary>How a fleet pays for its instances.</summary>
[JsonConverter(typeof(ConstantConverter<FleetType>))]
internal sealed class FleetType(string value) : ConstantClass(value), IServiceConstant<FleetType>
{
    public static readonly FleetType ON_DEMAND = new("ON_DEMAND");

    public static FleetType Of(string value) => new(value);
}

/// <summary>What players send.</summary>
[JsonConverter(typeof(ConstantConverter<IpProtocol>))]
internal sealed class IpProtocol(string value) : ConstantClass(value), IServiceConstant<IpProtocol>
{
    public static readonly IpProtocol UDP = new("UDP");

    public static IpProtocol Of(string value) => new(value);
}

/// <summary>A kind of EC2 instance.</summary>
[JsonConverter(typeof(ConstantConverter<EC2InstanceType>))]
internal sealed class EC2InstanceType(string value) : ConstantClass(value), IServiceConstant<EC2InstanceType>
{
    public static readonly EC2InstanceType C5Large = new("c5.large");

    public static EC2InstanceType Of(string value) => new(value);
}

/// <summary>What a build runs on.</summary>
[JsonConverter(typeof(ConstantConverter<OperatingSystem>))]
internal sealed class OperatingSystem(string value) : ConstantClass(value), IServiceConstant<OperatingSystem>
{
    public static readonly OperatingSystem WINDOWS_2022 = new("WINDOWS_2022");
    public static readonly OperatingSystem AMAZON_LINUX_2023 = new("AMAZON_LINUX_2023");

    public static OperatingSystem Of(string value) => new(value);
}
