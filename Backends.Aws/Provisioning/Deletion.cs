using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Deletes resources by name.</summary>
internal static partial class Deletion
{
    /// <summary>Deletes every resource of a name, one after the other; succeeds when there is none.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="kind">What they are, such as "build".</param>
    /// <param name="name">The name.</param>
    /// <param name="ids">Their ids.</param>
    /// <param name="delete">Deletes the resource of an id.</param>
    public static async Task<BackendResult> DeleteAllAsync(
        this AwsContext context, string kind, string name, IReadOnlyList<string> ids, Func<string, Task> delete)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (ids.Count == 0)
        {
            context.LogNothingToDelete(kind, name);
            return BackendResult.Success(details);
        }

        foreach (var id in ids)
        {
            LogDeleting(context.Log, kind, name, id);
            await delete(id).ConfigureAwait(false);
            LogDeleted(context.Log, kind, name, id);
        }

        details["Deleted"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
        return BackendResult.Success(details);
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
