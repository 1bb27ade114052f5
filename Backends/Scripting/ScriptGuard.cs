using System.ComponentModel;
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
            throw new InsufficientExecutionStackException("It calls itself too often.");
        }

        Current.Value?.Value.ThrowIfCancellationRequested();
    }
}
