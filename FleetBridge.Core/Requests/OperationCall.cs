using FleetBridge.Backends;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>Calls an operation's handler. Whatever the handler does, there is a result, and only text leaves this class.</summary>
/// <param name="leased">The request.</param>
/// <param name="operation">The operation.</param>
internal sealed partial class OperationCall(LeasedRequest leased, Operation operation)
{
    /// <summary>The error of an operation that nobody waits for any more.</summary>
    public const string Cancelled = "The operation was cancelled.";

    private readonly ILogger _logger = leased.Services.Logger;

    /// <summary>Calls it.</summary>
    /// <param name="context">What it is given.</param>
    /// <param name="deadline">Its deadline, which is in the context's cancellation already.</param>
    /// <returns>Its result; also when it throws or is cancelled.</returns>
    public async Task<BackendResult> RunAsync(BackendContext context, OperationDeadline deadline)
    {
        try
        {
            // On a thread of the backend's: one that blocks must not hold up the server, and an AsyncLocal that it sets must
            // not flow into ours.
            return await leased.Generation.Threads.RunAsync(() => BeginAsync(context)).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The operation returned null.");
        }
        catch (BackendException exception)
        {
            if (exception.InnerException is { } inner)
            {
                LogTrace(context.Request.Path, ExceptionText.Of(inner));
            }

            return BackendResult.Failure(exception.Message, exception.Remedy);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            if (deadline.Token.IsCancellationRequested)
            {
                return BackendResult.Failure(
                    $"{operation.Name} did not end within its deadline of {deadline}, and was cancelled.",
                    "To allow more time, set Operation.Deadline in the backend.");
            }

            LogCancelled(context.Request.Path, leased.Services.Stopping.IsCancellationRequested ? "the bridge is stopping" : "its client disconnected");
            return BackendResult.Failure(Cancelled);
        }
        catch (Exception exception)
        {
            // Only text leaves this method: the exception may be of the backend's own type and would keep it in memory.
            LogTrace(context.Request.Path, ExceptionText.Of(exception));
            return BackendResult.Failure(
                $"A bug in the backend {leased.Backend.Title} (generation {leased.Generation.Number}): "
                    + ExceptionText.Summary(exception) + leased.Generation.Code.PlaceOf(exception),
                "The log file has the trace; please report it to the backend's author.");
        }
    }

    private async Task<BackendResult> BeginAsync(BackendContext context)
    {
        using (leased.Generation.Code.Enter(context))
        {
            return await operation.Handler(context).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} was cancelled: {Reason}.")]
    private partial void LogCancelled(string path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Trace of {Path}: {Trace}")]
    private partial void LogTrace(string path, string trace);
}
