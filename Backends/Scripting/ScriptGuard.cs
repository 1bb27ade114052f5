using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Backends.Scripting;

/// <summary>
/// Called from every loop and every method of a script, where the bridge's compiler puts it: so a script that loops for ever
/// ends when nobody waits for it any more, and one that calls itself for ever fails instead of ending the bridge.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScriptGuard
{
    /// <summary>Bytes of stack. The runtime's own check leaves some 64 KiB of one and a half MiB, and an exception through
    /// so many methods takes minutes to tell where it comes from.</summary>
    private const int MostStack = 256 * 1024;

    /// <summary>More methods of a script than this, each called by the one before, are one that calls itself.</summary>
    private const int MostMethods = 100;

    private static readonly AsyncLocal<StrongBox<CancellationToken>?> Current = new();

    /// <summary>The highest place on this thread's stack at which a script was seen.</summary>
    [ThreadStatic]
    private static nuint _top;

    /// <summary>Has everything that is called from here on end with a token.</summary>
    /// <param name="cancellation">The token.</param>
    public static void Begin(CancellationToken cancellation) => Current.Value = new StrongBox<CancellationToken>(cancellation);

    /// <summary>Ends the script that is running, if it has to end.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    /// <exception cref="InsufficientExecutionStackException">It has called itself too often.</exception>
    public static unsafe void Check()
    {
        byte here;
        var at = (nuint)(&here);
        if (at > _top)
        {
            _top = at;
        }
        else if (_top - at > MostStack)
        {
            if (CallsItself())
            {
                throw new InsufficientExecutionStackException("It calls itself too often.");
            }

            RuntimeHelpers.EnsureSufficientExecutionStack();
            _top = at;
        }

        Current.Value?.Value.ThrowIfCancellationRequested();
    }

    /// <summary>Whether the stack is the script's own doing. What completes an await may run what follows it right there, at the
    /// end of hundreds of the framework's methods.</summary>
    private static bool CallsItself()
    {
        // the compiler's name for a script's assembly
        const char Script = '\u211B';
        return new StackTrace(fNeedFileInfo: false).GetFrames()
            .Count(frame => frame.GetMethod()?.Module.ScopeName is [Script, ..]) > MostMethods;
    }
}
