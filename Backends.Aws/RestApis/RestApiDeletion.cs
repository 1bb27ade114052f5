using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>Deletes a REST API and its permissions to invoke the functions.</summary>
internal static partial class RestApiDeletion
{
    /// <summary>API Gateway deletes one API every 30 seconds and account (Amazon API Gateway quotas).</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(31);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The settings with the names of the functions that an API may invoke.</summary>
    private static readonly string[] Functions =
    [
        AwsSettings.LoginFunctionName,
        AwsSettings.StartSessionFunctionName,
        AwsSettings.CreateSessionFunctionName,
        AwsSettings.FindSessionFunctionName,
        AwsSettings.JoinSessionFunctionName,
    ];

    /// <summary>Deletes an API.</summary>
    /// <exception cref="BackendException">API Gateway does not delete it in time.</exception>
    public static async Task RunAsync(AwsContext context, string name, string apiId)
    {
        // first, since their ids cannot be found once the API is deleted
        foreach (var function in Functions)
        {
            await InvokePermission.RemoveAsync(context, apiId, context.Settings[function]).ConfigureAwait(false);
        }

        var rejection = await context.RetryWhileRejectedAsync<TooManyRequestsException>(
            () => context.Clients.ApiGateway
                .DeleteRestApiAsync(new DeleteRestApiRequest { RestApiId = apiId }, context.Cancellation)
                .IgnoreAsync<NotFoundException>(),
            _ =>
            {
                LogWaiting(context.Log, name, apiId, (int)Interval.TotalSeconds);
                return true;
            },
            Interval,
            Limit).ConfigureAwait(false);
        if (rejection is not null)
        {
            throw new BackendException(
                $"API Gateway has refused to delete the REST API {name} ({apiId}) for {Limit.TotalMinutes:0} minutes: it deletes one "
                + "API every 30 seconds.",
                "Wait a minute and delete it again.",
                rejection);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "API Gateway deletes one API every 30 seconds; retrying {Name} ({ApiId}) "
        + "in {Seconds} s")]
    private static partial void LogWaiting(ILogger logger, string name, string apiId, int seconds);
}
