using Amazon.Runtime;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Profiles;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>
/// Looks for a resource in <see cref="RegionChoice.LastResort"/>, where it may be from a time when that was the default, and warns that
/// the region in use is another one. It looks once for each resource, region and prefix, only where AWS's settings have chosen the
/// region, and never while the resource is found where it is expected.
/// </summary>
internal sealed partial class OtherRegion(AwsClients clients)
{
    /// <summary>An operation may end later by this much.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Runs an operation, and looks beside it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="check">The check of the same resource.</param>
    /// <param name="path">The resource's path.</param>
    /// <param name="context">The operation's context.</param>
    public async Task<BackendResult> RunAsync(OperationHandler operation, OperationHandler check, string path, BackendContext context)
    {
        var choice = clients.RegionOf(context.Settings);
        if (!choice.IsFromAws || choice.Name == RegionChoice.LastResort)
        {
            return await operation(context).ConfigureAwait(false);
        }

        var key = $"{path} {choice.Name} {context.Settings.Find(AwsSettings.ProfileName)} {context.Settings[Setting.PrefixKey]}";
        if (context.Request.Path.EndsWith(Operation.CheckName, StringComparison.Ordinal))
        {
            var result = await operation(context).ConfigureAwait(false);
            if (IsAbsent(result) && clients.IsNew(key))
            {
                await WarnAsync(check, path, choice, context).ConfigureAwait(false);
            }

            return result;
        }

        var looking = clients.IsNew(key) ? WarnAsync(check, path, choice, context) : Task.CompletedTask;
        try
        {
            return await operation(context).ConfigureAwait(false);
        }
        finally
        {
            await looking.ConfigureAwait(false);
        }
    }

    private static bool IsAbsent(BackendResult result) =>
        (string?)result.Details?[BackendResult.StateDetail] == BackendResult.AbsentState;

    private static async Task WarnAsync(OperationHandler check, string path, RegionChoice choice, BackendContext context)
    {
        using var limit = new CancellationTokenSource(Patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.Cancellation);
        if (Elsewhere(context, either.Token) is not { } elsewhere)
        {
            return;
        }

        try
        {
            if (!IsAbsent(await check(elsewhere).ConfigureAwait(false)))
            {
                LogElsewhere(
                    context.Logger, path[(path.LastIndexOf('/') + 1)..], context.Settings[Setting.PrefixKey], choice.Name, choice.Origin,
                    RegionChoice.LastResort);
            }
        }
        catch (Exception exception) when (exception is BackendException or OperationCanceledException or AmazonServiceException
            or AmazonClientException or HttpRequestException or IOException)
        {
            // it is only a hint
        }
    }

    /// <summary>The same request in the other region, without a log.</summary>
    private static BackendContext? Elsewhere(BackendContext context, CancellationToken cancellation)
    {
        var parameters = context.Settings.All.Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value!);
        parameters[AwsSettings.RegionName] = RegionChoice.LastResort;
        return Settings.TryResolve(AwsSettings.All, parameters, out var settings, out _)
            ? new BackendContext
            {
                Request = context.Request,
                Settings = settings,
                Logger = NullLogger.Instance,
                Progress = new Progress<OperationProgress>(),
                Clock = context.Clock,
                OpenForUser = static _ => false,
                Cancellation = cancellation,
            }
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Resource} of the deployment {Prefix} exists in {Other}, and this request uses "
        + "{Region}, which {Origin} names. To use the one in {Other}, set the region in the plugin's settings (AWSRegion) or with --region-name")]
    private static partial void LogElsewhere(ILogger logger, string resource, string prefix, string region, string origin, string other);
}
