using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FleetBridge.Backends.Scripting;

/// <summary>
/// Called from every loop and every method of a script, where the bridge's compiler puts it: so a script that loops forever
/// ends when nobody waits for it any more, and one that calls itself forever fails instead of ending the bridge.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScriptGuard
{
    /// <summary>Bytes of stack. The runtime's own check leaves 128 KiB of one and a half MiB, and an exception through
    /// so many methods takes minutes to collect its trace.</summary>
    private const int MostStack = 256 * 1024;

    /// <summary>What the clean-up of a script that has called itself too often may take more, before it is refused again: an
    /// exception thrown while another one passes takes stack that both keep.</summary>
    private const int ForCleanUp = 64 * 1024;

    /// <summary>After so many bytes more the runtime checks again whether there is enough.</summary>
    private const int Step = 16 * 1024;

    /// <summary>The most that one stackalloc takes: less than what is left where the runtime says that there is enough.</summary>
    private const int MostAtOnce = 64 * 1024;

    /// <summary>More methods of a script than this, each called by the one before, are one that calls itself.</summary>
    private const int MostMethods = 100;

    /// <summary>How often a stack may become deeper by <see cref="MostStack"/> through methods that are not the script's, and no
    /// continuations of tasks either. An iterator of the framework that asks the script for the next one is recursion too.</summary>
    private const int MostForeignSteps = 2;

    /// <summary>In so many methods from the top, continuations show.</summary>
    private const int Shown = 200;

    /// <summary>So many exceptions, each thrown while the one before passes, fit into what is left at the end of the stack.</summary>
    private const int MostRefusals = 4;

    private static readonly AsyncLocal<StrongBox<CancellationToken>?> Current = new();

    /// <summary>The highest place on this thread's stack at which a script was seen.</summary>
    [ThreadStatic]
    private static nuint _top;

    /// <summary>The lowest place at which the runtime has said that there is enough.</summary>
    [ThreadStatic]
    private static nuint _sure;

    /// <summary>Where this thread was last refused; 0 when it has come back from there.</summary>
    [ThreadStatic]
    private static nuint _refusedAt;

    /// <summary>How often this thread's stack has become deeper without methods of the script or continuations.</summary>
    [ThreadStatic]
    private static int _foreignSteps;

    /// <summary>How often it was refused since there was enough.</summary>
    [ThreadStatic]
    private static int _refusals;

    /// <summary>Has everything that is called from here on end with a token.</summary>
    /// <param name="cancellation">The token.</param>
    public static void Begin(CancellationToken cancellation) => Current.Value = new StrongBox<CancellationToken>(cancellation);

    /// <summary>Ends the script that is running, if it has to end.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    /// <exception cref="InsufficientExecutionStackException">It has called itself too often.</exception>
    public static void Check()
    {
        CheckStack();
        Current.Value?.Value.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the script that is running, if it has called itself too often. For where it must not end otherwise: a type
    /// whose initializer was cancelled stays broken.</summary>
    /// <exception cref="InsufficientExecutionStackException">It has.</exception>
    public static unsafe void CheckStack()
    {
        byte here;
        var at = (nuint)(&here);
        if (at > _top)
        {
            (_top, _foreignSteps) = (at, 0);
        }

        if (_sure == 0 || (_sure > at && _sure - at > Step))
        {
            DemandStack();
            _sure = at;
        }

        if (_top - at <= MostStack)
        {
            _refusedAt = 0;
        }
        else if (_refusedAt == 0 || (_refusedAt > at && _refusedAt - at > ForCleanUp))
        {
            DemandFewCalls(at);
        }
    }

    /// <summary>Checks whether a stackalloc fits.</summary>
    /// <param name="size">Its bytes.</param>
    /// <returns>They.</returns>
    /// <exception cref="InsufficientExecutionStackException">It does not.</exception>
    public static nuint CheckRoom(nuint size)
    {
        if (size > MostAtOnce)
        {
            throw new InsufficientExecutionStackException($"A stackalloc of {size} bytes is too large; a script may use {MostAtOnce} at a time.");
        }

        DemandStack();
        return size;
    }

    private static void DemandStack()
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _refusals = 0;
            return;
        }

        // what is refused again and again while it cleans up would end the process: this thread goes no further
        if (++_refusals > MostRefusals)
        {
            Thread.CurrentThread.Join();
        }

        _sure = _top;
        throw CallsItself();
    }

    /// <summary>Whether the stack is the script's own doing. What completes an await may run what follows it right there, at the
    /// end of hundreds of the framework's methods.</summary>
    private static void DemandFewCalls(nuint at)
    {
        var frames = new StackTrace(fNeedFileInfo: false).GetFrames();
        if (frames.Where(IsOfScript).Skip(MostMethods).Any() || (!frames.Take(Shown).Any(IsContinuation) && ++_foreignSteps > MostForeignSteps))
        {
            _refusedAt = at;
            throw CallsItself();
        }

        _top = at;
    }

    /// <summary>By the compiler's name for a script's assembly.</summary>
    private static bool IsOfScript(StackFrame frame) => frame.GetMethod()?.Module.ScopeName is ['\u211B', ..];

    private static bool IsContinuation(StackFrame frame) =>
        frame.GetMethod()?.DeclaringType?.Namespace == "System.Threading.Tasks";

    private static InsufficientExecutionStackException CallsItself() => new("It calls itself too deeply (endless recursion?).");
}
