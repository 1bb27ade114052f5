using System.Text.RegularExpressions;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Writes and reads tags, also for an identity that may do neither: then it works without them.</summary>
internal static partial class Tagging
{
    /// <summary>Creates something with tags; without them where the identity may not tag.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="create">Creates it with the tags that it is given; with null, without any.</param>
    public static async Task<T> WithTagsAsync<T>(
        this AwsContext context, Dictionary<string, string>? tags, Func<Dictionary<string, string>?, Task<T>> create)
    {
        try
        {
            return await create(tags).ConfigureAwait(false);
        }
        catch (AmazonServiceException exception) when (tags is not null && IsTaggingRefused(exception))
        {
            // If the call itself is what is not allowed, the second attempt says so.
            var created = await create(null).ConfigureAwait(false);
            context.SayOnce(nameof(LogUntagged), () => LogUntagged(context.Log, context.Clients.Source, Reason(exception)));
            return created;
        }
    }

    /// <summary>Changes the tags of something that exists.</summary>
    /// <returns>Whether it was allowed.</returns>
    public static async Task<bool> TryTagAsync(this AwsContext context, Func<Task> tag)
    {
        try
        {
            await tag().ConfigureAwait(false);
            return true;
        }
        catch (AmazonServiceException exception) when (IsTaggingRefused(exception))
        {
            context.SayOnce(nameof(LogUntagged), () => LogUntagged(context.Log, context.Clients.Source, Reason(exception)));
            return false;
        }
    }

    /// <summary>The tags of a build or a fleet; null when it is gone, or the identity may not read them.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="arn">Its ARN.</param>
    public static async Task<Dictionary<string, string>?> GameLiftTagsAsync(this AwsContext context, string arn)
    {
        try
        {
            var response = await context.Clients.GameLift.ListTagsForResourceAsync(
                new ListTagsForResourceRequest { ResourceARN = arn }, context.Cancellation).ConfigureAwait(false);
            return ToMap((response.Tags ?? []).Select(tag => (tag.Key, tag.Value)));
        }
        catch (NotFoundException)
        {
            return null;
        }
        catch (AmazonServiceException exception) when (AwsErrorCodes.Denied.Contains(exception.ErrorCode ?? ""))
        {
            context.SayOnce(nameof(LogUnreadable), () => LogUnreadable(context.Log, context.Clients.Source, Reason(exception)));
            return null;
        }
    }

    /// <summary>Tags in GameLift's form.</summary>
    public static List<Tag>? ToGameLift(this IReadOnlyDictionary<string, string>? tags) =>
        tags is null ? null : [.. tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })];

    /// <summary>Tags as a map.</summary>
    public static Dictionary<string, string> ToMap(IEnumerable<(string? Key, string? Value)> tags)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            map[key ?? ""] = value ?? "";
        }

        return map;
    }

    private static void SayOnce(this AwsContext context, string what, Action say)
    {
        if (context.Clients.Said.TryAdd(what, true))
        {
            say();
        }
    }

    /// <summary>Whether AWS has refused tags, or has not said what it refused.</summary>
    private static bool IsTaggingRefused(AmazonServiceException exception)
    {
        if (exception is TaggingFailedException or Amazon.CognitoIdentityProvider.Model.UserPoolTaggingException)
        {
            return true;
        }

        var denied = DeniedCall().Match(exception.Message);
        return AwsErrorCodes.Denied.Contains(exception.ErrorCode ?? "")
            && (!denied.Success
                || denied.Groups["action"].Value.Contains(":Tag", StringComparison.Ordinal)
                || denied.Groups["resource"].Value.Contains("/tags", StringComparison.Ordinal));
    }

    private static string Reason(AmazonServiceException exception) =>
        DeniedCall().Match(exception.Message) is { Success: true } denied ? denied.Groups["action"].Value : exception.ErrorCode;

    // "User: arn:… is not authorized to perform: apigateway:PUT on resource: arn:aws:apigateway:us-west-2::/tags/… because …"
    [GeneratedRegex(@"not authorized to perform:? (?<action>[\w-]+:[\w*]+)( on resource:? (?<resource>\S+))?")]
    private static partial Regex DeniedCall();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The identity of {Source} may not tag what it creates ({Action}). It is created "
        + "without tags; delete leaves it unless --force-untagged is given. docs/security.md has the whole policy")]
    private static partial void LogUntagged(ILogger logger, string source, string action);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The identity of {Source} may not read tags ({Action}), so everything counts as "
        + "untagged: delete leaves it unless --force-untagged is given. docs/security.md has the whole policy")]
    private static partial void LogUnreadable(ILogger logger, string source, string action);
}
