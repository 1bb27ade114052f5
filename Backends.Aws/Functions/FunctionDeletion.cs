using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Deletes functions and their roles, as a <see cref="DeletionScope"/> has taken them.</summary>
internal static class FunctionDeletion
{
    /// <summary>Deletes them, in the order given.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="taken">Functions and roles.</param>
    /// <returns>The details of the result, with the ARNs of the deleted functions.</returns>
    public static async Task<JsonObject> DeleteAsync(AwsContext context, IEnumerable<Candidate> taken)
    {
        var deleted = new JsonArray();
        foreach (var candidate in taken)
        {
            if (candidate.Kind == FunctionRole.Kind)
            {
                await FunctionRole.DeleteAsync(context, candidate.Name).ConfigureAwait(false);
            }
            else
            {
                await FunctionProvisioner.DeleteAsync(context, candidate).ConfigureAwait(false);
                deleted.Add((JsonNode?)candidate.Id);
            }
        }

        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (deleted.Count > 0)
        {
            details["Deleted"] = deleted;
        }

        return details;
    }
}
