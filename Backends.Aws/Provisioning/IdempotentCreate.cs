using Amazon.Clients.Runtime;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>
/// Makes what AWS would make twice when it is asked twice. When the answer is lost it looks whether the thing is there
/// before it asks again.
/// </summary>
internal static partial class IdempotentCreate
{
    private const int Attempts = 3;

    /// <summary>Until a listing shows what was made just before.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Makes a thing.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="what">The thing, for the log.</param>
    /// <param name="make">Asks AWS for it.</param>
    /// <param name="find">Looks whether it is there; null when it is not.</param>
    /// <returns>The thing.</returns>
    public static async Task<T> MakeOnceAsync<T>(this AwsContext context, string what, Func<Task<T>> make, Func<Task<T?>> find)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await make().ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < Attempts
                && ServiceFailure.MayHaveBeenDone(exception)
                && !context.Cancellation.IsCancellationRequested)
            {
                LogLost(context.Log, what);
            }

            await Task.Delay(Pause, context.Clock, context.Cancellation).ConfigureAwait(false);
            if (await find().ConfigureAwait(false) is { } made)
            {
                return made;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS did not say whether {What} was made; looking")]
    private static partial void LogLost(ILogger logger, string what);
}
