using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Reports every call of every client of the SDK to the bridge, also of the clients that the SDK itself creates for
/// credentials. The SDK applies its registry of customizers whenever a client is created; that registry belongs to this
/// generation's own copy of the SDK, and is unloaded with it.
/// </summary>
internal sealed class CallReports : IRuntimePipelineCustomizer
{
    private CallReports()
    {
    }

    /// <inheritdoc/>
    public string UniqueName => nameof(CallReports);

    /// <summary>Begins, for all clients that are created from now on; a second call changes nothing.</summary>
    public static void Begin() => RuntimePipelineCustomizerRegistry.Instance.Register(new CallReports());

    /// <inheritdoc/>
    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandler(new ReportHandler());

    /// <summary>Comes before all other handlers, so that a call counts once however often it is retried.</summary>
    private sealed class ReportHandler : PipelineHandler
    {
        // https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
        private const string System = "aws-api";

        private const string RequestSuffix = "Request";

        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var context = executionContext.RequestContext;
            using var call = RemoteCall.Begin(System, context.ClientConfig.ServiceId ?? "AWS", Operation(context));
            if (call is null)
            {
                return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            }

            try
            {
                var response = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
                call.Succeed((int?)(response as AmazonWebServiceResponse)?.HttpStatusCode, context.Retries + 1);
                return response;
            }
            catch (Exception exception)
            {
                Fail(call, exception, context.Retries + 1);
                throw;
            }
        }

        private static string Operation(IRequestContext context) =>
            context.RequestName.EndsWith(RequestSuffix, StringComparison.Ordinal)
                ? context.RequestName[..^RequestSuffix.Length]
                : context.RequestName;

        private static void Fail(RemoteCall call, Exception exception, int attempts)
        {
            var refusal = exception as AmazonServiceException;
            var status = refusal is { StatusCode: > 0 } ? (int?)refusal.StatusCode : null;
            call.Fail(refusal is { ErrorCode: { Length: > 0 } code } ? code : exception.GetType().Name, status, attempts);
        }
    }
}
