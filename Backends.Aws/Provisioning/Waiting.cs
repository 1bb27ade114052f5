namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Looks again and again until something has come about; every wait has a deadline.</summary>
internal static class Waiting
{
    /// <summary>Looks until it is as wanted.</summary>
    /// <param name="context">The operation's clock and token.</param>
    /// <param name="look">Looks once.</param>
    /// <param name="isDone">Whether what was seen is the end of it.</param>
    /// <param name="pause">Between two looks.</param>
    /// <param name="limit">How long to go on.</param>
    /// <returns>What was seen last, and whether it was the end of it; false when the limit has passed.</returns>
    public static async Task<(T Seen, bool InTime)> UntilAsync<T>(
        this AwsContext context, Func<Task<T>> look, Func<T, bool> isDone, TimeSpan pause, TimeSpan limit)
    {
        var begun = context.Clock.GetTimestamp();
        while (true)
        {
            var seen = await look().ConfigureAwait(false);
            if (isDone(seen))
            {
                return (seen, true);
            }

            if (context.Clock.GetElapsedTime(begun) + pause > limit)
            {
                return (seen, false);
            }

            await Task.Delay(pause, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }
}
