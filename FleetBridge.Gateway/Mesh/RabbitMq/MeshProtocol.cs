namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>What a message is.</summary>
internal enum MessageKind
{
    Request,
    Command,
    Event,
    Response,
}

/// <summary>The names and numbers of the wire: those of nuropb 0.1.8, whose services are already there.</summary>
internal static class MeshProtocol
{
    public const string RpcExchange = "nuropb-rpc-exchange";
    public const string EventsExchange = "nuropb-events-exchange";
    public const string DeadLetterExchange = "nuropb-dl-exchange";

    /// <summary>Topics of ours alone: a message that is published here has several events. All other events come here too, one by one.</summary>
    public const string BatchExchange = "fleetbridge-events-exchange";

    /// <summary>Passes on each event of <see cref="EventsExchange"/> to <see cref="BatchExchange"/>, except those that are in a batch too.</summary>
    public const string SinglesExchange = "fleetbridge-single-events-exchange";

    /// <summary>Where an event ends that is in a batch too. Nobody listens here.</summary>
    public const string BatchedExchange = "fleetbridge-batched-events-exchange";

    /// <summary>A response goes to the channel that has published the request, without a queue.</summary>
    public const string DirectReplyTo = "amq.rabbitmq.reply-to";

    public const string ContentType = "application/json";

    /// <summary>Checked by every receiver, exactly.</summary>
    public const string Version = "0.1.1";

    /// <summary>Checked by nobody.</summary>
    public const string ProgramVersion = "0.1.8";

    public const string VersionHeader = "nuropb_protocol";
    public const string ProgramHeader = "nuropb_version";
    public const string KindHeader = "nuropb_type";
    public const string TraceHeader = "trace_id";
    public const string EncryptedHeader = "encrypted";

    /// <summary>Says of an event that ours get it in a batch. nuropb ignores headers that it does not know.</summary>
    public const string BatchedHeader = "fleetbridge_batched";

    /// <summary>The value of <see cref="BatchedHeader"/>.</summary>
    public const string Batched = "yes";

    public const string UserKey = "user_id";
    public const string AuthorizationKey = "Authorization";
    public const string CallKey = "call";

    /// <summary>A Python service that gets deeper JSON stops to listen: 500 levels were fine, 3,000 were not.</summary>
    public const int DeepestNesting = 64;

    /// <summary>A Python service that gets an integer of 4,301 digits stops to listen.</summary>
    public const int LongestNumber = 300;

    /// <summary>What a broker passes on without trouble; its own limit is far above.</summary>
    public const int LargestMessage = 8 * 1024 * 1024;

    /// <summary>AMQP's limit of a routing key.</summary>
    public const int LongestKey = 255;

    private static readonly string[] Kinds = ["request", "command", "event", "response"];

    /// <summary>The word of a kind, in the header and as the body's tag.</summary>
    public static string Tag(this MessageKind kind) => Kinds[(int)kind];

    /// <returns>Null for another word.</returns>
    public static MessageKind? ReadKind(string? tag) => Array.IndexOf(Kinds, tag) is >= 0 and var index ? (MessageKind)index : null;

    /// <summary>The queue of a service.</summary>
    public static string QueueOf(string service) => $"nuropb-{service}-sq";

    /// <summary>The queue into which nuropb puts what services reject.</summary>
    public static string RejectedOf(string service) => $"nuropb-{service}-dl";
}
