using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Deletes resources by name.</summary>
internal static partial class Deletion
{
    /// <summary>Deletes every resource of a name that is the deployment's, one after the other; succeeds when there is none.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="tags">The tags of what may be deleted.</param>
    /// <param name="kind">What they are, such as "build".</param>
    /// <param name="name">The name.</param>
    /// <param name="candidates">All of that name.</param>
    /// <param name="delete">Deletes the resource of an id.</param>
    public static async Task<BackendResult> DeleteAllAsync(
        this AwsContext context, ResourceTags tags, string kind, string name, IReadOnlyList<Candidate> candidates, Func<string, Task> delete)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (candidates.Count == 0)
        {
            context.LogNothingToDelete(kind, name);
            return BackendResult.Success(details);
        }

        var scope = new DeletionScope(context, tags);
        var taken = scope.Take(candidates);
        foreach (var candidate in taken)
        {
            LogDeleting(context.Log, kind, name, candidate.Id);
            await delete(candidate.Id).ConfigureAwait(false);
            LogDeleted(context.Log, kind, name, candidate.Id);
        }

        if (taken.Count > 0)
        {
            details["Deleted"] = new JsonArray([.. taken.Select(candidate => JsonValue.Create(candidate.Id))]);
        }

        return scope.Complete(details);
    }

    /// <summary>
    /// Awaits a call and ignores the service's exception for "not found" (or "exists already"): another client has done the same, or
    /// an attempt of this one whose response was lost.
    /// </summary>
    /// <typeparam name="TDone">The exception.</typeparam>
    /// <param name="call">The call.</param>
    public static async Task IgnoreAsync<TDone>(this Task call)
        where TDone : Exception
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (TDone)
        {
            // it is as it should be
        }
    }

    /// <summary>Logs that a resource to delete does not exist.</summary>
    public static void LogNothingToDelete(this AwsContext context, string kind, string name) =>
        LogNothingToDelete(context.Log, kind, name, context.Region);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no {Kind} {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string kind, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the {Kind} {Name} ({Id})")]
    private static partial void LogDeleting(ILogger logger, string kind, string name, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the {Kind} {Name} ({Id})")]
    private static partial void LogDeleted(ILogger logger, string kind, string name, string id);
}
