namespace FleetBridge.Gateway.Consumers;

/// <summary>What consumers may use. Each refusal is told to the consumer and counted.</summary>
internal sealed record ConsumerLimits
{
    /// <summary>Consumers in all.</summary>
    public int InAll { get; init; } = 10_000;

    /// <summary>Consumers of one address.</summary>
    public int PerAddress { get; init; } = 10_000;

    /// <summary>Consumers of one user.</summary>
    public int PerUser { get; init; } = 1_000;

    /// <summary>Messages of one consumer in a second.</summary>
    public double MessagesPerSecond { get; init; } = 200;

    /// <summary>Messages of one consumer at once.</summary>
    public int Burst { get; init; } = 20_000;

    /// <summary>Refused messages of one consumer, after which it is closed.</summary>
    public int MostRefused { get; init; } = 1_000;

    /// <summary>The bytes of a message.</summary>
    public int MessageBytes { get; init; } = 64 * 1024;

    /// <summary>The topics that a consumer listens to.</summary>
    public int Topics { get; init; } = 128;

    /// <summary>Calls of one consumer that run side by side.</summary>
    public int RunningCalls { get; init; } = 32;

    /// <summary>Calls of one consumer that wait for their turn.</summary>
    public int WaitingCalls { get; init; } = 256;
}
