using System.Diagnostics.CodeAnalysis;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Where scripts are compiled, and their own code is run when they are loaded: on a thread of its own, with a stack on which
/// the compiler's recursion has room, and which is left alone when it takes too long. Neither hears everywhere that it is
/// cancelled: there are short scripts whose parsing takes years.
/// </summary>
internal static class ScriptThread
{
    /// <summary>Bytes; only what is used takes memory.</summary>
    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>Runs work there, and throws what it throws.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="limit">How long it is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="result">What comes of it.</param>
    /// <returns>Whether it has ended in time. If not, its thread is still running.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static bool TryRun<T>(
        Func<T> work, TimeSpan limit, CancellationToken cancellation, [MaybeNullWhen(false)] out T result)
    {
        var running = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    running.SetResult(work());
                }
                catch (Exception exception)
                {
                    running.SetException(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "script",
        };
        thread.Start();
        if (Task.WaitAny([running.Task], (int)limit.TotalMilliseconds, cancellation) < 0)
        {
            result = default;
            return false;
        }

        result = running.Task.GetAwaiter().GetResult();
        return true;
    }
}
