namespace Amazon.Emulation.Models;

/// <summary>What differs between accounts, regions and days, and what a test wants to be small, slow or broken.</summary>
internal sealed class AwsRules
{
    /// <summary>The regions that exist. A signature for another one is refused.</summary>
    public HashSet<string> Regions { get; } =
    [
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-north-1", "eu-west-1",
        "eu-west-2", "eu-west-3", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    ];

    /// <summary>The most that a page of any listing holds, whatever is asked for.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>
    /// Actions that the developer's policy does not allow, such as <c>lambda:TagResource</c>. A call that creates something with tags
    /// needs the service's tagging action as well.
    /// </summary>
    public HashSet<string> DeniedActions { get; } = [];

    // GameLift

    /// <summary>Builds a region takes ("Amazon GameLift endpoints and quotas").</summary>
    public int BuildQuota { get; set; } = 1000;

    /// <summary>Bytes that a region's builds take together.</summary>
    public long BuildBytesQuota { get; set; } = 100L * 1024 * 1024 * 1024;

    /// <summary>The least time between two builds of a region; null is no limit. AWS allows one a second.</summary>
    public TimeSpan? CreateBuildInterval { get; set; }

    /// <summary>How long upload credentials last.</summary>
    public TimeSpan UploadCredentialsLife { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often an uploaded build is looked at before it is READY.</summary>
    public int LooksUntilBuildReady { get; set; } = 2;

    /// <summary>Whether uploaded builds become FAILED instead.</summary>
    public bool BuildsFail { get; set; }

    /// <summary>Fleets a region takes.</summary>
    public int FleetQuota { get; set; } = 20;

    /// <summary>Fleets of an instance type a region takes, where that is less than the model's types would allow.</summary>
    public Dictionary<string, int> InstanceQuotas { get; } = [];

    /// <summary>How often a fleet is looked at before it takes its next state; 0 holds it until a test moves it on.</summary>
    public int LooksPerFleetState { get; set; } = 1;

    /// <summary>The state in which every new fleet fails: it becomes ERROR where the next one would follow; null is none.</summary>
    public string? FleetsFailIn { get; set; }

    /// <summary>How often a game session is looked at before it is ACTIVE.</summary>
    public int LooksUntilGameSessionActive { get; set; } = 1;

    // Cognito

    /// <summary>Calls a second to Cognito; null is no limit.</summary>
    public int? CognitoCallsPerSecond { get; set; }

    // Lambda

    /// <summary>How many CreateFunction calls a new role is too young for.</summary>
    public int AttemptsUntilRoleUsable { get; set; }

    /// <summary>How often a new function is looked at before it is Active.</summary>
    public int LooksUntilFunctionActive { get; set; } = 1;

    /// <summary>How often an updated function is looked at before its update is Successful; until then updates conflict.</summary>
    public int LooksUntilFunctionUpdated { get; set; } = 1;

    // API Gateway

    /// <summary>The least time between two deletions of APIs; null is no limit. AWS allows one in 30 s.</summary>
    public TimeSpan? DeleteRestApiInterval { get; set; }
}
