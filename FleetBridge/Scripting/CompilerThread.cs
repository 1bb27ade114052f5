namespace FleetBridge.Scripting;

/// <summary>
/// Where scripts are compiled: on a thread of its own, with a stack on which the compiler's recursion has room, and which is
/// left alone when it takes too long. The compiler does not hear everywhere that it is cancelled: there are short scripts
/// whose parsing takes years.
/// </summary>
internal static class CompilerThread
{
    /// <summary>Bytes; only what is used takes memory.</summary>
    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>Runs work there.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="limit">How long it is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What comes of it.</returns>
    /// <exception cref="TimeoutException">It has not ended in time. It goes on in its thread.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static T Run<T>(Func<T> work, TimeSpan limit, CancellationToken cancellation)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    result.SetResult(work());
                }
                catch (Exception exception)
                {
                    result.SetException(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "script compiler",
        };
        thread.Start();
        return result.Task.WaitAsync(limit, cancellation).GetAwaiter().GetResult();
    }
}
