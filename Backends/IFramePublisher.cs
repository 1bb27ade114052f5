namespace FleetBridge.Backends;

/// <summary>
/// Takes pictures for whoever watches: the bridge's gateway shows a topic's newest one as a live stream
/// (<c>GET /stream/{topic}</c>, multipart/x-mixed-replace), at most ten a second.
/// </summary>
public interface IFramePublisher
{
    /// <summary>Whether somebody watches a topic: while nobody does, a picture need not be made.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>True while there is a viewer.</returns>
    bool IsWatched(string topic);

    /// <summary>Publishes a picture, which takes the place of the one before it. It never waits.</summary>
    /// <param name="topic">1 to 100 lower-case letters, digits, dots, hyphens and underscores; a process has at most 64.</param>
    /// <param name="jpeg">A JPEG of at most 1 MiB, which nobody changes any more.</param>
    /// <exception cref="ArgumentException">The topic has another form, there are too many, or the picture is too large or no JPEG.</exception>
    void Publish(string topic, ReadOnlyMemory<byte> jpeg);
}
