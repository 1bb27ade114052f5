namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Waits for AWS, by reading or calling again until a deadline.</summary>
internal static class Polling
{
    /// <summary>Reads a state until it is final.</summary>
    /// <param name="context">The operation's clock and cancellation.</param>
    /// <param name="read">Reads the state once.</param>
    /// <param name="isFinal">Whether a state ends the wait.</param>
    /// <param name="interval">The time between two reads.</param>
    /// <param name="limit">The longest wait.</param>
    /// <returns>The last state, and whether it is final; false once the limit has passed.</returns>
    public static async Task<(T State, bool InTime)> PollAsync<T>(
        this AwsContext context, Func<Task<T>> read, Func<T, bool> isFinal, TimeSpan interval, TimeSpan limit)
    {
        var started = context.Clock.GetTimestamp();
        while (true)
        {
            var state = await read().ConfigureAwait(false);
            if (isFinal(state))
            {
                return (state, true);
            }

            if (context.Clock.GetElapsedTime(started) + interval > limit)
            {
                return (state, false);
            }

            await Task.Delay(interval, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Repeats a call while AWS rejects it for a reason that passes with time.</summary>
    /// <typeparam name="TRejection">The exception that says so.</typeparam>
    /// <param name="context">The operation's clock and cancellation.</param>
    /// <param name="call">The call.</param>
    /// <param name="isTemporary">Whether an exception of that type passes with time; any other is thrown.</param>
    /// <param name="interval">The time between two calls.</param>
    /// <param name="limit">The longest wait.</param>
    /// <returns>Null once AWS has accepted the call; its last rejection once the limit has passed.</returns>
    public static async Task<TRejection?> RetryWhileRejectedAsync<TRejection>(
        this AwsContext context, Func<Task> call, Func<TRejection, bool> isTemporary, TimeSpan interval, TimeSpan limit)
        where TRejection : Exception
    {
        var (rejection, _) = await context.PollAsync(
            async () =>
            {
                try
                {
                    await call().ConfigureAwait(false);
                    return null;
                }
                catch (TRejection exception) when (isTemporary(exception))
                {
                    return exception;
                }
            },
            static rejection => rejection is null,
            interval,
            limit).ConfigureAwait(false);
        return rejection;
    }
}
