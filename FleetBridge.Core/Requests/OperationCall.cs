using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Scripting;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>Calls an operation's handler. Whatever that does, an answer comes of it, and only text leaves it.</summary>
internal sealed partial class OperationCall(ILogger logger, CancellationToken stopping)
{
    /// <summary>The error of an operation that nobody waits for any more.</summary>
    public const string Cancelled = "The operation was cancelled.";

    /// <summary>Calls it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="context">What it is given.</param>
    /// <param name="backend">Its backend's title.</param>
    /// <param name="generation">Its generation, which the caller has leased.</param>
    /// <param name="deadline">Its deadline, which is in the context's cancellation already.</param>
    /// <returns>Its answer; also when it throws or is cancelled.</returns>
    public async Task<BackendResult> RunAsync(
        Operation operation, BackendContext context, string backend, BackendGeneration generation, OperationDeadline deadline)
    {
        try
        {
            // On a thread of its own: a backend that blocks must not hold up the connection, and an AsyncLocal that it
            // sets must not flow into ours.
            return await Task.Run(() => Begin(operation, context, generation.IsScript)).ConfigureAwait(false)
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
                    $"{operation.Name} did not end within its deadline of {deadline.Told}, and was cancelled.",
                    "If it may take longer, its backend says so with Operation.Deadline.");
            }

            LogCancelled(context.Request.Path, stopping.IsCancellationRequested ? "the bridge stops" : "its client went away");
            return BackendResult.Failure(Cancelled);
        }
        catch (Exception exception)
        {
            // Only text leaves this method: the exception may be of the backend's own type and would keep it in memory.
            LogTrace(context.Request.Path, ExceptionText.Of(exception));
            return BackendResult.Failure(
                $"A bug in the backend {backend} (generation {generation.Number}): {ExceptionText.Summary(exception)}"
                    + (generation.IsScript ? ScriptEntry.PlaceOf(exception) : ""),
                "The log file has the trace; please report it to the backend's author.");
        }
    }

    private static async Task<BackendResult> Begin(Operation operation, BackendContext context, bool isScript)
    {
        using (BackendCode.Enter(context, isScript))
        {
            return await operation.Handler(context).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} was cancelled: {Reason}.")]
    private partial void LogCancelled(string path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Trace of {Path}: {Trace}")]
    private partial void LogTrace(string path, string trace);
}
