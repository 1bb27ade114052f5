using FleetBridge.Backends;
using FleetBridge.Core.Logs;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// How a backend's own code is called. What is different for scripts is decided here, once, when a build is loaded: nobody else asks
/// which of the two it is.
/// </summary>
internal abstract class BackendCode
{
    /// <summary>How long a brief call may take.</summary>
    public static readonly TimeSpan BriefLimit = TimeSpan.FromSeconds(5);

    /// <summary>The code of an assembly.</summary>
    public static readonly BackendCode Assembly = new AssemblyCode();

    /// <summary>The code of a script.</summary>
    public static readonly BackendCode Script = new ScriptCode();

    /// <summary>How long an operation may take that sets no deadline of its own; null for as long as it likes.</summary>
    /// <param name="kind">Whether it reads or makes changes.</param>
    public abstract TimeSpan? DefaultDeadline(OperationKind kind);

    /// <summary>Begins a call: from here on, what the code writes to the console is logged.</summary>
    /// <param name="context">What the code is given.</param>
    /// <returns>Ends the call.</returns>
    public virtual IDisposable Enter(BackendContext context) => BackendConsole.LogTo(context.Logger);

    /// <summary>Calls code that has no context and is over soon, such as the check of a setting.</summary>
    /// <param name="call">The call.</param>
    /// <param name="threads">The backend's threads, for code that may not end by itself.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>What it returned.</returns>
    /// <exception cref="TimeoutException">It was ended after <see cref="BriefLimit"/>.</exception>
    public abstract ValueTask<T> CallBrieflyAsync<T>(Func<T> call, DedicatedThreads threads, TimeProvider clock);

    /// <summary>Where in the code an exception was thrown.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The end of a sentence; empty where it is not known.</returns>
    public abstract string PlaceOf(Exception exception);
}

/// <summary>An assembly's code: it is trusted to end.</summary>
internal sealed class AssemblyCode : BackendCode
{
    public override TimeSpan? DefaultDeadline(OperationKind kind) => null;

    public override ValueTask<T> CallBrieflyAsync<T>(Func<T> call, DedicatedThreads threads, TimeProvider clock) => new(call());

    public override string PlaceOf(Exception exception) => "";
}
