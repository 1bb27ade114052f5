using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>One run of an operation: alone on its resource if it makes changes, within its deadline, with all that it holds.</summary>
/// <param name="leased">The request.</param>
/// <param name="resource">The resource.</param>
/// <param name="operation">Its operation.</param>
/// <param name="settings">The request's settings.</param>
internal sealed partial class OperationExecution(LeasedRequest leased, Resource resource, Operation operation, Settings settings)
{
    private readonly ILogger _logger = leased.Services.Logger;

    /// <summary>Whether it runs to its end when nobody waits for the response any more.</summary>
    private readonly bool _outlivesSender = operation.Kind == OperationKind.Change && !leased.Options.AbortsChanges;

    private CancellationToken Aborted => leased.Options.Aborted;

    private CancellationToken Stopping => leased.Services.Stopping;

    /// <summary>Runs it.</summary>
    /// <returns>Its result; also when it may not run now, or is still running after its deadline.</returns>
    public async Task<BackendResult> RunAsync()
    {
        IDisposable? hold = null;
        var prefix = settings.Find(Setting.PrefixKey) ?? "";
        try
        {
            if (operation.Kind == OperationKind.Change && !leased.Services.Exclusive.TryBegin(
                leased.Backend.Name, resource.Path, prefix, operation.Name, out hold, out var other))
            {
                return BackendResult.Failure(
                    $"{other} of {resource.Name} is already running for the prefix '{prefix}'.",
                    "Wait until it has finished; the log says when.");
            }
        }
        catch (BackendException exception)
        {
            return BackendResult.Failure(exception.Message, exception.Remedy);
        }

        await using var progress = leased.Options.Progress?.TryBegin();
        var deadline = new OperationDeadline(
            operation.Deadline ?? leased.Generation.Code.DefaultDeadline(operation.Kind), leased.Services.Clock);
        var running = RunToEndAsync(leased.Lease.Share(), deadline, hold, progress);
        return await deadline.IsKeptByAsync(running).ConfigureAwait(false)
            ? await running.ConfigureAwait(false)
            : BackendResult.Failure(
                $"{operation.Name} of {resource.Name} ignored cancellation at its deadline of {deadline}; its thread is still running.",
                "Restart the bridge to end it. In the backend, pass context.Cancellation to every wait and do not block.");
    }

    /// <summary>Runs it for as long as it takes, and holds what it uses for as long.</summary>
    private async Task<BackendResult> RunToEndAsync(
        BackendLease lease, OperationDeadline deadline, IDisposable? hold, IProgress<OperationProgress>? progress)
    {
        using (lease)
        using (hold)
        using (deadline)
        using (var cancellation = CancellationTokenSource.CreateLinkedTokenSource(
            [Stopping, deadline.Token, .. _outlivesSender ? Array.Empty<CancellationToken>() : [Aborted]]))
        await using (LogWhenSenderIsGone().ConfigureAwait(false))
        {
            var context = leased.CreateContext(settings, cancellation.Token, progress);
            var result = await new OperationCall(leased, operation).RunAsync(context, deadline).ConfigureAwait(false);
            if (_outlivesSender && Aborted.IsCancellationRequested)
            {
                LogEndedWithoutSender(
                    leased.Request.Path, result.Overall.ToString(), result.Error is { } error ? $". {error}" : "");
            }

            return result;
        }
    }

    private CancellationTokenRegistration LogWhenSenderIsGone() =>
        _outlivesSender ? Aborted.UnsafeRegister(_ => LogContinues(leased.Request.Path), null) : default;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client of {Path} disconnected. The operation makes changes, so it runs to "
        + "the end; its result will be logged here.")]
    private partial void LogContinues(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} ended after its client disconnected: {Result}{Error}")]
    private partial void LogEndedWithoutSender(string path, string result, string error);
}
