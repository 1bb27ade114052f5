using FleetBridge.Core.Ports;

namespace FleetBridge.Gateway.Consumers;

/// <summary>What a consumer has missed of a topic: read piece by piece, as fast as it takes it, so that nothing of it waits in memory.</summary>
internal interface IReplay
{
    /// <summary>Reads the next piece.</summary>
    /// <param name="into">Takes its frames.</param>
    /// <param name="mostBytes">Where the piece ends.</param>
    /// <returns>What it found.</returns>
    ReplayStep Read(FrameBuffer into, int mostBytes);
}

/// <summary>What a replay has found.</summary>
internal enum ReplayStep
{
    /// <summary>Events, and perhaps there are more.</summary>
    More,

    /// <summary>Nothing more: from now on the consumer gets events as they are published.</summary>
    CaughtUp,

    /// <summary>The topic no longer has what comes next: the consumer reads too slowly.</summary>
    Lost,
}
