using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>
/// Runs a request on the newest generation of its backend, whoever sent it: finds the backend, leases its generation, and calls the
/// bridge's own path or the backend's operation.
/// </summary>
/// <param name="host">The backends.</param>
/// <param name="paths">The bridge's own paths.</param>
/// <param name="services">What running needs.</param>
internal sealed partial class RequestRunner(BackendHost host, BridgePathTable paths, RequestServices services)
{
    private const int LongestError = 16_000;

    private readonly ILogger<RequestRunner> _logger = services.Logger;

    /// <summary>Reports what operations do.</summary>
    public OperationEvents Events => services.Events;

    /// <summary>The pictures that backends publish.</summary>
    public FrameBoard Frames => services.Frames;

    /// <summary>Runs a request to its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What its sender wants.</param>
    /// <returns>The response; a backend's failure or bug is one too.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits for the response any more.</exception>
    public async Task<BridgeResponse> RunAsync(BackendRequest request, RequestOptions options)
    {
        using var measure = RequestMeasure.Begin(options.Trace);
        var response = await FindAsync(request, options, measure).ConfigureAwait(false);
        measure?.HasResponse(response);
        if (response.Overall != OverallResult.True && response.Result.Error != OperationCall.Cancelled)
        {
            // The editor shows only that it failed: its user finds the reason in the log.
            var path = request.Segments.Count > 0 ? request.Path : $"{request.Backend}/{request.Version}";
            LogFailed(
                options.FailureIsExpected ? LogLevel.Debug : LogLevel.Error, ShortText.Of(path), ErrorOf(response));
        }

        return response;
    }

    /// <summary>An error may quote what a client has sent, however long.</summary>
    private static string ErrorOf(BridgeResponse response) => response.Error switch
    {
        null => "It gave no reason.",
        { Length: > LongestError } error => ShortText.Of(error, LongestError),
        var error => error,
    };

    private async Task<BridgeResponse> FindAsync(BackendRequest request, RequestOptions options, RequestMeasure? measure)
    {
        if (await host.FindAsync(request.Backend, request.Version).ConfigureAwait(false) is not { } backend)
        {
            return BridgeResponse.NotFound(NotFoundMessages.Backend(request, host.Statuses));
        }

        measure?.IsFor(backend);
        using var lease = await backend.LeaseAsync(options.Aborted).ConfigureAwait(false);
        return lease is null
            ? BridgeResponse.NotLoaded(NotFoundMessages.NotLoaded(backend))
            : await DispatchAsync(new LeasedRequest(request, options, backend, lease, services), measure).ConfigureAwait(false);
    }

    private ValueTask<BridgeResponse> DispatchAsync(LeasedRequest leased, RequestMeasure? measure)
    {
        var (segments, operations) = (leased.Request.Segments, leased.Generation.Operations);
        if (paths.TryFind(segments, out var path, out var handler))
        {
            measure?.IsFor(path);
            leased.Options.Permit?.Invoke(path, null);
            return handler(leased);
        }

        if (operations.TryFind(segments, out var resource, out var operation))
        {
            measure?.IsFor($"{resource.Path}/{operation.Name}");
            leased.Options.Permit?.Invoke($"{resource.Path}/{operation.Name}", operation);
            return RunOperationAsync(leased, resource, operation);
        }

        var offered = paths.Paths.Concat(operations.Paths);
        return ValueTask.FromResult(segments.Count == 0
            ? BridgeResponse.Malformed(NotFoundMessages.NoPath(leased.Backend.Title, offered))
            : BridgeResponse.NotFound(NotFoundMessages.Path(leased.Request, leased.Backend.Title, operations.InDependencyOrder, offered)));
    }

    private async ValueTask<BridgeResponse> RunOperationAsync(LeasedRequest leased, Resource resource, Operation operation)
    {
        var (settings, refusal) = await leased.ResolveSettingsAsync().ConfigureAwait(false);
        return BridgeResponse.Completed(settings is null
            ? refusal!
            : await services.Events.WatchAsync(
                leased, resource, operation, settings, new OperationExecution(leased, resource, operation, settings).RunAsync).ConfigureAwait(false));
    }

    [LoggerMessage(EventName = FailedRequest.EventName, Message = "{Path} failed. {Error}")]
    private partial void LogFailed(LogLevel level, string path, string error);
}
