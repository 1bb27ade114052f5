using FleetBridge.Fleet.Model;
using Shape = Amazon.Emulation.GameLift.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Fleets, locations, computes and aliases between the API's shapes and the model's records.</summary>
internal static class FleetShapes
{
    private const string Anywhere = "ANYWHERE";

    // as the service writes it, although its model says ACTIVE
    private const string ActiveCompute = "Active";

    public static Shape.FleetAttributes ToShape(this AnywhereFleet fleet) => new()
    {
        FleetId = fleet.FleetId,
        FleetArn = fleet.FleetArn,
        Name = fleet.Name,
        Description = fleet.Description,
        CreationTime = fleet.CreationTime,
        TerminationTime = fleet.TerminationTime,
        Status = fleet.Status.ToString(),
        ComputeType = Anywhere,
        AnywhereConfiguration = new() { Cost = fleet.AnywhereCost },
        CertificateConfiguration = new() { CertificateType = "DISABLED" },
        MetricGroups = [.. fleet.MetricGroups],
        NewGameSessionProtectionPolicy = fleet.NewGameSessionProtectionPolicy.ToString(),
        ResourceCreationLimitPolicy = fleet.ResourceCreationLimitPolicy is { } policy
            ? new() { NewGameSessionsPerCreator = policy.NewGameSessionsPerCreator, PolicyPeriodInMinutes = policy.PolicyPeriodInMinutes }
            : null,
    };

    public static Shape.LocationState ToLocationState(this AnywhereFleet fleet, string location) =>
        new() { Location = location, Status = fleet.Status.ToString() };

    public static List<Shape.LocationState> ToLocationStates(this AnywhereFleet fleet) =>
        [.. fleet.Locations.Select(fleet.ToLocationState)];

    public static Shape.LocationModel ToShape(this Location location) =>
        new() { LocationName = location.LocationName, LocationArn = location.LocationArn };

    public static Shape.FleetUtilization ToShape(this FleetUtilization used, AnywhereFleet fleet) => new()
    {
        FleetId = fleet.FleetId,
        FleetArn = fleet.FleetArn,
        Location = used.Location ?? (fleet.Locations.Count == 1 ? fleet.Locations[0] : null),
        ActiveServerProcessCount = used.ActiveServerProcessCount,
        ActiveGameSessionCount = used.ActiveGameSessionCount,
        CurrentPlayerSessionCount = used.CurrentPlayerSessionCount,
        MaximumPlayerSessionCount = used.MaximumPlayerSessionCount,
    };

    public static Shape.Compute ToShape(this Compute compute, AnywhereFleet fleet, string sdkEndpoint) => new()
    {
        FleetId = compute.FleetId,
        FleetArn = fleet.FleetArn,
        ComputeName = compute.ComputeName,
        ComputeArn = compute.ComputeArn,
        ComputeStatus = ActiveCompute,
        IpAddress = compute.IpAddress,
        DnsName = compute.DnsName,
        Location = compute.Location,
        CreationTime = compute.CreationTime,
        GameLiftServiceSdkEndpoint = sdkEndpoint,
    };

    public static Shape.Event ToShape(this FleetEvent happened) => new()
    {
        EventId = happened.EventId,
        ResourceId = happened.ResourceId,
        EventCode = happened.EventCode,
        Message = happened.Message,
        EventTime = happened.EventTime,
        Count = happened.Count,
    };

    public static Shape.Alias ToShape(this Alias alias) => new()
    {
        AliasId = alias.AliasId,
        AliasArn = alias.AliasArn,
        Name = alias.Name,
        Description = alias.Description,
        CreationTime = alias.CreationTime,
        LastUpdatedTime = alias.LastUpdatedTime,
        RoutingStrategy = new()
        {
            Type = alias.RoutingStrategy.Type.ToString(),
            FleetId = alias.RoutingStrategy.FleetId,
            Message = alias.RoutingStrategy.Message,
        },
    };

    public static Shape.RuntimeConfiguration ToShape(this RuntimeConfiguration configuration) => new()
    {
        ServerProcesses =
        [
            .. configuration.ServerProcesses.Select(one => new Shape.ServerProcess
            {
                LaunchPath = one.LaunchPath,
                Parameters = one.Parameters,
                ConcurrentExecutions = one.ConcurrentExecutions,
            }),
        ],
        GameSessionActivationTimeoutSeconds = configuration.GameSessionActivationTimeoutSeconds,
        MaxConcurrentGameSessionActivations = configuration.MaxConcurrentGameSessionActivations,
    };

    public static RuntimeConfiguration ToModel(this Shape.RuntimeConfiguration configuration) => new()
    {
        ServerProcesses =
        [
            .. (configuration.ServerProcesses ?? []).Select(one =>
                new ServerProcessConfiguration(one.LaunchPath!, one.Parameters, one.ConcurrentExecutions!.Value)),
        ],
        GameSessionActivationTimeoutSeconds = configuration.GameSessionActivationTimeoutSeconds,
        MaxConcurrentGameSessionActivations = configuration.MaxConcurrentGameSessionActivations,
    };

    // a type has to be there where a strategy is made; Type and FleetId are what the model's constraints let through
    public static RoutingStrategy ToModel(this Shape.RoutingStrategy strategy) => strategy.Type is { } type
        ? new(Enum.Parse<RoutingStrategyType>(type), strategy.FleetId, strategy.Message)
        : throw ApiException.Invalid("RoutingStrategy needs Type: SIMPLE with FleetId, or TERMINAL with Message.");

    public static ResourceCreationLimitPolicy? ToModel(this Shape.ResourceCreationLimitPolicy? policy) =>
        policy is null ? null : new(policy.NewGameSessionsPerCreator, policy.PolicyPeriodInMinutes);

    public static ProtectionPolicy? ToProtectionPolicy(string? policy) => policy is null ? null : Enum.Parse<ProtectionPolicy>(policy);

    public static List<Tag> ToModel(this List<Shape.Tag>? tags) => [.. (tags ?? []).Select(tag => new Tag(tag.Key!, tag.Value!))];
}
