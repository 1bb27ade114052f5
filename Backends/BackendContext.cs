using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends;

/// <summary>What the bridge gives an operation: everything it needs, and nothing to look up elsewhere.</summary>
public sealed class BackendContext
{
    /// <summary>The request as it was sent.</summary>
    public required BackendRequest Request { get; init; }

    /// <summary>The request's settings, defaults filled in and checked.</summary>
    public required Settings Settings { get; init; }

    /// <summary>
    /// The user's log: each record reaches the editor before the response does. Say what is being done, to which named
    /// thing, and what to do when it fails.
    /// </summary>
    public required ILogger Logger { get; init; }

    /// <summary>How far the work is; may be reported as often as is handy.</summary>
    public required IProgress<OperationProgress> Progress { get; init; }

    /// <summary>The clock that every wait and every deadline uses.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>
    /// Opens an http(s) page or a local folder in the user's default program; false where there is none, as on a build
    /// machine.
    /// </summary>
    public required Func<Uri, bool> OpenForUser { get; init; }

    /// <summary>Takes pictures for the gateway's live streams, such as a map of a server's players.</summary>
    public IFramePublisher Frames { get; init; } = NoFrames.Instance;

    /// <summary>
    /// Cancelled when the response is no longer wanted: for <see cref="OperationKind.Read"/> when the client disconnects,
    /// for both kinds when the bridge stops or the operation's deadline has passed. Every wait takes it.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where nobody can watch.</summary>
    private sealed class NoFrames : IFramePublisher
    {
        public static readonly NoFrames Instance = new();

        public bool IsWatched(string topic) => false;

        public void Publish(string topic, ReadOnlyMemory<byte> jpeg)
        {
        }
    }
}
