namespace FleetBridge.Fleet.Model;

/// <summary>Game session queues.</summary>
internal sealed partial class FleetModel
{
    private const int DefaultQueueTimeout = 600;

    public IEnumerable<GameSessionQueue> Queues => _queues.All.OrderBy(one => one.Number);

    public GameSessionQueue? FindQueue(string nameOrArn) => _queues.Find(IdIn(nameOrArn, "gamesessionqueue"));

    /// <exception cref="FleetException">NotFoundException.</exception>
    public GameSessionQueue GetQueue(string nameOrArn) => FindQueue(nameOrArn)
        ?? throw NotFound($"Game session queue {nameOrArn} not found. Queues of this host: {Listed(Queues.Select(one => one.Name))}.");

    /// <exception cref="FleetException">InvalidRequestException, NotFoundException.</exception>
    public GameSessionQueue CreateQueue(QueueSettings settings)
    {
        if (_queues.Find(settings.Name) is not null)
        {
            throw Invalid($"Game session queue {settings.Name} exists already.");
        }

        CheckDestinations(settings.Destinations);
        var queue = _queues.Set(Merge(
            new GameSessionQueue
            {
                Name = settings.Name,
                GameSessionQueueArn = Arn(settings.Region, $"gamesessionqueue/{settings.Name}"),
                TimeoutInSeconds = DefaultQueueTimeout,
                Number = NextNumber(),
            },
            settings));
        TagNew(queue.GameSessionQueueArn, settings.Tags);
        MentionTarget(settings);
        return queue;
    }

    /// <exception cref="FleetException">NotFoundException.</exception>
    public GameSessionQueue UpdateQueue(QueueSettings settings)
    {
        var queue = GetQueue(settings.Name);
        CheckDestinations(settings.Destinations);
        queue = _queues.Set(Merge(queue, settings));
        MentionTarget(settings);
        TryPlacements();
        return queue;
    }

    /// <summary>Its placements that are PENDING fail.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public void DeleteQueue(string nameOrArn)
    {
        var queue = GetQueue(nameOrArn);
        foreach (var placement in _pendingPlacements.After().Where(one => one.GameSessionQueueName == queue.Name).ToList())
        {
            EndPlacement(placement, PlacementStatus.FAILED);
        }

        _tags.Remove(queue.GameSessionQueueArn);
        _queues.Remove(queue.Name);
    }

    /// <summary>SNS is not emulated: a back end that waits for its message would wait forever.</summary>
    private void MentionTarget(QueueSettings settings)
    {
        if (settings.NotificationTarget is { Length: > 0 } target && !Options.PostsEvents)
        {
            Warn($"Queue {IdIn(settings.Name, "gamesessionqueue")} names the SNS topic {target}, to which this host sends nothing. "
                + "Poll DescribeGameSessionPlacement, or start the host with --event-url to get the events over HTTP.");
        }
    }

    private void CheckDestinations(IReadOnlyList<string>? destinations)
    {
        foreach (var arn in destinations ?? [])
        {
            if (!arn.StartsWith("arn:", StringComparison.Ordinal) || (FindFleet(arn) is null && FindAlias(arn) is null))
            {
                throw NotFound($"Destination {arn} not found. A destination is the ARN of a fleet or an alias.");
            }
        }
    }

    private static GameSessionQueue Merge(GameSessionQueue queue, QueueSettings settings) => queue with
    {
        TimeoutInSeconds = settings.TimeoutInSeconds ?? queue.TimeoutInSeconds,
        Destinations = settings.Destinations ?? queue.Destinations,
        PlayerLatencyPolicies = settings.PlayerLatencyPolicies ?? queue.PlayerLatencyPolicies,
        AllowedLocations = settings.AllowedLocations ?? queue.AllowedLocations,
        PriorityOrder = settings.PriorityOrder ?? queue.PriorityOrder,
        LocationOrder = settings.LocationOrder ?? queue.LocationOrder,
        CustomEventData = settings.CustomEventData ?? queue.CustomEventData,
        NotificationTarget = settings.NotificationTarget ?? queue.NotificationTarget,
    };
}
