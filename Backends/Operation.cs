namespace FleetBridge.Backends;

/// <summary>Whether an operation only looks, or changes something that outlives it.</summary>
public enum OperationKind
{
    /// <summary>Only looks. It is cancelled when its client disconnects, and any number may run at once.</summary>
    Read,

    /// <summary>
    /// Creates, changes or deletes. It runs to its end when its client disconnects, and never twice at once on the same
    /// resource and prefix.
    /// </summary>
    Change,
}

/// <summary>Does one operation's work.</summary>
/// <param name="context">The request's settings, logger, progress, clock and cancellation token.</param>
/// <returns>The result. A <see cref="BackendException"/> becomes a failed response; any other exception counts as a bug
/// of the backend.</returns>
public delegate Task<BackendResult> OperationHandler(BackendContext context);

/// <summary>Something a <see cref="Resource"/> can do.</summary>
/// <param name="Name">The last segment of the request path: lower-case letters and digits, without an underscore.</param>
/// <param name="Kind">Whether it only looks or changes something.</param>
/// <param name="Handler">The method that does it.</param>
public sealed record Operation(string Name, OperationKind Kind, OperationHandler Handler)
{
    /// <summary>
    /// How long it may take: then its <see cref="BackendContext.Cancellation"/> is cancelled, and it fails. Above zero, at
    /// most 30 days; null for as long as it likes, or in a script 10 minutes for what reads and an hour for what changes.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The name of <see cref="Check"/> operations; every component's first request is one.</summary>
    public const string CheckName = "check";

    /// <summary>The name of <see cref="Create"/> operations.</summary>
    public const string CreateName = "create";

    /// <summary>The name of <see cref="Delete"/> operations.</summary>
    public const string DeleteName = "delete";

    /// <summary>The name of <see cref="Browse"/> operations.</summary>
    public const string BrowseName = "browse";

    /// <summary>The name of <see cref="Wait"/> operations.</summary>
    public const string WaitName = "wait";

    /// <summary><c>check</c>: is it there, and is it ready? Its details say <see cref="BackendResult.StateDetail"/>.</summary>
    /// <param name="handler">The method that does it.</param>
    /// <returns>The operation.</returns>
    public static Operation Check(OperationHandler handler) => new(CheckName, OperationKind.Read, handler);

    /// <summary><c>create</c>: make it; succeed when it exists already, complete what is half made.</summary>
    /// <param name="handler">The method that does it.</param>
    /// <returns>The operation.</returns>
    public static Operation Create(OperationHandler handler) => new(CreateName, OperationKind.Change, handler);

    /// <summary>
    /// <c>delete</c>: remove it; succeed when it is absent. Its details list what it leaves behind elsewhere as
    /// <see cref="BackendResult.LeftDetail"/>.
    /// </summary>
    /// <param name="handler">The method that does it.</param>
    /// <returns>The operation.</returns>
    public static Operation Delete(OperationHandler handler) => new(DeleteName, OperationKind.Change, handler);

    /// <summary><c>browse</c>: show it to the user, in the default browser.</summary>
    /// <param name="handler">The method that does it.</param>
    /// <returns>The operation.</returns>
    public static Operation Browse(OperationHandler handler) => new(BrowseName, OperationKind.Read, handler);

    /// <summary>
    /// <c>wait</c>, for a resource that keeps changing after its creation: returns True when it is ready, False when it has failed or
    /// does not exist, and logs the states that it passes through. The command line's <c>--wait</c> calls it and cancels it after
    /// a time of its own; it needs no button.
    /// </summary>
    /// <param name="handler">The method that does it.</param>
    /// <returns>The operation.</returns>
    public static Operation Wait(OperationHandler handler) => new(WaitName, OperationKind.Read, handler);
}
