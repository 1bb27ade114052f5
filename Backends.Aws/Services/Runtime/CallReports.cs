using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// Has every call of every client of the SDK reported to the bridge, the clients among them that the SDK makes itself for
/// credentials. The SDK asks its registry of customizers whenever a client is made; that registry belongs to this
/// generation's own copy of the SDK, and goes with it.
/// </summary>
internal sealed class CallReports : IRuntimePipelineCustomizer
{
    private CallReports()
    {
    }

    /// <inheritdoc/>
    public string UniqueName => nameof(CallReports);

    /// <summary>Begins, for all clients that are made from now on; again does no harm.</summary>
    public static void Begin() => RuntimePipelineCustomizerRegistry.Instance.Register(new CallReports());

    /// <inheritdoc/>
    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.AddHandler(new ReportHandler());

    /// <summary>Stands before all other handlers, so that a call is one however often it is repeated.</summary>
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
                var answer = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
                call.Succeed((int?)(answer as AmazonWebServiceResponse)?.HttpStatusCode, context.Retries + 1);
                return answer;
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
            var answered = exception as AmazonServiceException;
            var status = answered is { StatusCode: > 0 } ? (int?)answered.StatusCode : null;
            call.Fail(answered is { ErrorCode: { Length: > 0 } code } ? code : exception.GetType().Name, status, attempts);
        }
    }
}
