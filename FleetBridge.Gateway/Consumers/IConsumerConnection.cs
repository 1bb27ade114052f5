namespace FleetBridge.Gateway.Consumers;

/// <summary>The way to a consumer, as far as its outbox has to know it.</summary>
internal interface IConsumerConnection
{
    /// <summary>How long ago the consumer sent anything: a pong is enough.</summary>
    TimeSpan SilentFor { get; }

    /// <summary>Writes whole frames; completes when the system, or a bounded buffer of the server, has them.</summary>
    /// <param name="frames">The frames.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frames);

    /// <summary>Ends the connection at once.</summary>
    void Abort();
}
