using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Functions by name.</summary>
internal static class FunctionLookup
{
    /// <summary>The function of a name; null when there is none.</summary>
    public static async Task<FunctionConfiguration?> FindFunctionAsync(this AwsContext context, string name) =>
        (await context.FindTaggedFunctionAsync(name).ConfigureAwait(false))?.Configuration;

    /// <summary>The function of a name with its tags; null when there is none.</summary>
    public static async Task<GetFunctionResponse?> FindTaggedFunctionAsync(this AwsContext context, string name)
    {
        try
        {
            return await context.Clients.Lambda.GetFunctionAsync(
                new GetFunctionRequest { FunctionName = name }, context.Cancellation).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>An environment variable of a function; null when it is not set.</summary>
    public static string? Variable(this FunctionConfiguration function, string name) =>
        function.Environment?.Variables?.GetValueOrDefault(name);
}
