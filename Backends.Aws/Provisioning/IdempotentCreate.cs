using Amazon.Clients.Runtime;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>
/// Creates what AWS would create twice if it were called twice. When a response is lost, it looks for the resource before it
/// calls again.
/// </summary>
internal static partial class IdempotentCreate
{
    private const int Attempts = 3;

    /// <summary>The time until a listing shows what has just been created.</summary>
    private static readonly TimeSpan ListingDelay = TimeSpan.FromSeconds(2);

    /// <summary>Creates a resource.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="what">The resource, for the log.</param>
    /// <param name="create">Calls AWS.</param>
    /// <param name="find">Looks for the resource; null when it does not exist.</param>
    public static async Task<T> CreateOnceAsync<T>(this AwsContext context, string what, Func<Task<T>> create, Func<Task<T?>> find)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await create().ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < Attempts
                && ServiceFailure.MayHaveBeenDone(exception)
                && !context.Cancellation.IsCancellationRequested)
            {
                LogUnconfirmed(context.Log, what);
            }

            await Task.Delay(ListingDelay, context.Clock, context.Cancellation).ConfigureAwait(false);
            if (await find().ConfigureAwait(false) is { } created)
            {
                return created;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS did not confirm whether {What} was created; checking")]
    private static partial void LogUnconfirmed(ILogger logger, string what);
}
