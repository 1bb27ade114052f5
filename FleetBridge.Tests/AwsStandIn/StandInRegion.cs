namespace FleetBridge.Tests.AwsStandIn;

/// <summary>What a region holds. Look at it and change it with <see cref="StandInAws.State"/> locked while calls run.</summary>
internal sealed class StandInRegion(string name)
{
    public string Name => name;

    public List<GameLiftBuild> Builds { get; } = [];

    public List<GameLiftFleet> Fleets { get; } = [];

    public RateLimit CreateBuildRate { get; } = new();
}
