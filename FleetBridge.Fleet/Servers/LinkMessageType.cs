namespace FleetBridge.Fleet.Servers;

/// <summary>What a message between worker and host is. The payload of each is the JSON of the record named here.</summary>
internal enum LinkMessageType
{
    /// <summary>Worker → host: <see cref="WorkerHealth"/>.</summary>
    Health = 1,

    /// <summary>Host → worker: <see cref="WorkerCommand"/>.</summary>
    Start = 2,

    /// <inheritdoc cref="Start"/>
    Stop = 3,

    /// <inheritdoc cref="Start"/>
    Kill = 4,

    /// <inheritdoc cref="Start"/>
    Restart = 5,

    /// <summary>Worker → host, first in each new session: <see cref="WorkerHello"/>.</summary>
    Hello = 100,

    /// <summary>Host → worker, in response to a hello: <see cref="DesiredServers"/>.</summary>
    Desired = 101,

    /// <summary>Host → worker: <see cref="DesiredServer"/>, one that has changed.</summary>
    DesiredChange = 102,

    /// <summary>Worker → host: <see cref="ObservedServer"/>, one that has changed.</summary>
    Observed = 103,

    /// <summary>Worker → host: <see cref="CommandOutcome"/>.</summary>
    Outcome = 104,

    /// <inheritdoc cref="Start"/>
    Stdin = 200,

    /// <summary>Host → worker: <see cref="Servers.LogRequest"/>.</summary>
    LogRequest = 201,

    /// <summary>Worker → host: <see cref="Servers.LogChunk"/>.</summary>
    LogChunk = 202,

    /// <summary>Host → worker: <see cref="Servers.LogCancel"/>.</summary>
    LogCancel = 203,

    /// <summary>Host → worker, without a payload.</summary>
    Freeze = 204,

    /// <summary>Host → worker, without a payload.</summary>
    Thaw = 205,

    /// <summary>Host → worker, without a payload: stop the servers, then end. Worker → host, without a payload: the servers are stopped,
    /// and the worker ends; the same when its own API asked it to.</summary>
    Shutdown = 206,

    /// <summary>Host → worker: <see cref="Servers.LogCredit"/>.</summary>
    LogCredit = 207,

    /// <summary>Host → worker: <see cref="Servers.SdkHealth"/>.</summary>
    SdkHealth = 208,

    /// <inheritdoc cref="Start"/>
    Update = 209,
}
