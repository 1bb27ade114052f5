using System.Security.Cryptography;
using System.Text;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>
/// Deploys an API to its stage. A deployment's description has a hash of what each component has put into the API: the only trace of
/// a create that was interrupted between a change and its deployment.
/// </summary>
internal static partial class RestApiDeployment
{
    /// <summary>The label of the REST API's own parts.</summary>
    public const string Parts = "its parts";

    /// <summary>The label of the session API's routes.</summary>
    public const string SessionRoutes = "its session routes";

    private const string Author = "Created by FleetBridge";
    private const string Separator = "; ";

    /// <summary>Deploys an API, unless what is deployed is the same.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="label">Whose content it is.</param>
    /// <param name="content">What differs when the content differs; null when it was removed.</param>
    /// <param name="changed">Whether the API has been changed.</param>
    /// <returns>Whether there was something to do.</returns>
    public static async Task<bool> EnsureAsync(AwsContext context, string apiId, string label, string? content, bool changed)
    {
        var present = await context.FindDeploymentDescriptionAsync(apiId).ConfigureAwait(false);
        var description = With(present, label, content);
        if (!changed && present == description)
        {
            return false;
        }

        var (name, stage) = (context.Settings[AwsSettings.RestApiName], context.Settings[AwsSettings.RestApiStageName]);
        LogDeploying(context.Log, name, apiId, stage);
        var deployment = await context.CreateOnceAsync(
            $"the deployment of the REST API {name}",
            async () =>
            {
                var response = await context.Clients.ApiGateway.CreateDeploymentAsync(
                    new CreateDeploymentRequest { RestApiId = apiId, StageName = stage, Description = description },
                    context.Cancellation).ConfigureAwait(false);
                return response.Id!;
            },
            () => Task.FromResult<string?>(null)).ConfigureAwait(false);
        LogDeployed(context.Log, name, apiId, stage, deployment);
        return true;
    }

    /// <summary>Whether a description says that this content is deployed.</summary>
    public static bool Has(string? description, string label, string content) => description == With(description, label, content);

    /// <summary>A description with the content of one label replaced.</summary>
    private static string With(string? description, string label, string? content)
    {
        var parts = (description ?? "").Split(Separator)
            .Where(part => part.Contains(": ", StringComparison.Ordinal) && !part.StartsWith($"{label}: ", StringComparison.Ordinal));
        return string.Join(
            Separator,
            (content is null ? parts : parts.Append($"{label}: {Hash(content)}")).Order(StringComparer.Ordinal).Prepend(Author));
    }

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 8));

    [LoggerMessage(Level = LogLevel.Information, Message = "Deploying the REST API {Name} ({ApiId}) to the stage {Stage}")]
    private static partial void LogDeploying(ILogger logger, string name, string apiId, string stage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deployed the REST API {Name} ({ApiId}) to the stage {Stage} ({DeploymentId})")]
    private static partial void LogDeployed(ILogger logger, string name, string apiId, string stage, string deploymentId);
}
