using Amazon.Emulation.ApiGateway;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.Faults;
using Amazon.Emulation.GameLift;
using Amazon.Emulation.Lambda;

namespace Amazon.Emulation;

/// <summary>What a region holds. Look at it and change it with <see cref="AwsEmulator.State"/> locked while calls run.</summary>
internal sealed class EmulatedRegion(string name)
{
    public string Name => name;

    public List<GameLiftBuild> Builds { get; } = [];

    public List<GameLiftFleet> Fleets { get; } = [];

    public List<GameLiftSession> GameSessions { get; } = [];

    public List<CognitoUserPool> UserPools { get; } = [];

    public List<LambdaFunction> Functions { get; } = [];

    public List<RestApi> RestApis { get; } = [];

    public RateLimit DeleteRestApiRate { get; } = new();

    /// <summary>Domain prefixes that belong to someone else's pool.</summary>
    public HashSet<string> TakenDomains { get; } = [];

    public RateLimit CognitoRate { get; } = new();

    public RateLimit CreateBuildRate { get; } = new();
}
