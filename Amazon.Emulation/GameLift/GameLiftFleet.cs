using Amazon.Emulation.GameLift.Model;

namespace Amazon.Emulation.GameLift;

/// <summary>A fleet of GameLift on its way through its states ("How fleet creation works").</summary>
internal sealed class GameLiftFleet
{
    private static readonly string[] Way = ["NEW", "DOWNLOADING", "VALIDATING", "BUILDING", "ACTIVATING", "ACTIVE"];
    private int _looks;

    public required string Id { get; init; }

    public required string Arn { get; init; }

    public required string Name { get; init; }

    /// <summary>What it was created with.</summary>
    public required CreateFleetRequest Settings { get; init; }

    public GameLiftBuild? Build { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The clock of its events.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>NEW to ACTIVE, ERROR, DELETING, TERMINATED; after that it is <see cref="Gone"/>.</summary>
    public string Status { get; private set; } = "NEW";

    public DateTimeOffset? Terminated { get; private set; }

    /// <summary>Whether AWS has forgotten it.</summary>
    public bool Gone { get; private set; }

    /// <summary>What happened to it, oldest first.</summary>
    public List<FleetEvent> Events { get; } = [];

    /// <summary>Its tags.</summary>
    public Dictionary<string, string> Tags { get; init; } = [];

    public string? InstanceType => Settings.EC2InstanceType;

    /// <summary>Takes the next state.</summary>
    /// <param name="failIn">The state in which it fails instead.</param>
    public void Advance(string? failIn = null)
    {
        _looks = 0;
        switch (Status)
        {
            case "DELETING":
                (Status, Terminated) = ("TERMINATED", Clock.GetUtcNow());
                break;
            case "TERMINATED":
                Gone = true;
                break;
            case "ACTIVE" or "ERROR":
                break;
            case var state when state == failIn:
                Fail("FLEET_STATE_ERROR", $"The fleet failed in state {state}.");
                break;
            default:
                Status = Way[Array.IndexOf(Way, Status) + 1];
                Happened($"FLEET_STATE_{Status}", $"Fleet {Id} has moved to {Status} state.");
                break;
        }
    }

    /// <summary>Fails, and says why in an event.</summary>
    public void Fail(string eventCode, string message)
    {
        Status = "ERROR";
        Happened(eventCode, message);
        if (eventCode != "FLEET_STATE_ERROR")
        {
            Happened("FLEET_STATE_ERROR", $"Fleet {Id} has moved to ERROR state.");
        }
    }

    /// <summary>Begins its end.</summary>
    public void Delete()
    {
        (Status, _looks) = ("DELETING", 0);
        Happened("FLEET_DELETED", $"Request to delete fleet {Id} accepted.");
    }

    /// <summary>Records an event.</summary>
    public void Happened(string code, string message) => Events.Add(new FleetEvent(Guid.NewGuid().ToString(), code, message, Clock.GetUtcNow()));

    /// <summary>Counts a look; enough of them move it on. The state that is seen is the one before.</summary>
    public FleetAttributes Seen(int looksPerState, string? failIn)
    {
        var seen = ToShape();
        if (looksPerState > 0 && ++_looks >= looksPerState)
        {
            Advance(failIn);
        }

        return seen;
    }

    /// <summary>The fleet as the API describes it.</summary>
    public FleetAttributes ToShape() => new()
    {
        FleetId = Id,
        FleetArn = Arn,
        FleetType = Settings.FleetType ?? "ON_DEMAND",
        InstanceType = InstanceType,
        Description = Settings.Description,
        Name = Name,
        CreationTime = Created,
        TerminationTime = Terminated,
        Status = Status,
        BuildId = Build?.Id,
        BuildArn = Build?.Arn,
        ServerLaunchPath = Settings.ServerLaunchPath,
        ServerLaunchParameters = Settings.ServerLaunchParameters,
        LogPaths = Settings.LogPaths ?? [],
        NewGameSessionProtectionPolicy = Settings.NewGameSessionProtectionPolicy ?? "NoProtection",
        OperatingSystem = Build?.OperatingSystem,
        MetricGroups = Settings.MetricGroups ?? ["default"],
        CertificateConfiguration = Settings.CertificateConfiguration ?? new() { CertificateType = "DISABLED" },
        ComputeType = Settings.ComputeType ?? "EC2",
    };
}

/// <summary>Something that happened to a fleet.</summary>
internal sealed record FleetEvent(string Id, string Code, string Message, DateTimeOffset Time)
{
    /// <summary>The event as the API describes it.</summary>
    public Event ToShape(string fleetId) => new()
    {
        EventId = Id,
        ResourceId = fleetId,
        EventCode = Code,
        Message = Message,
        EventTime = Time,
    };
}
