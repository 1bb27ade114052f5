using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Functions by name.</summary>
internal static class FunctionLookup
{
    /// <summary>The function of a name; null when there is none.</summary>
    public static async Task<FunctionConfiguration?> FindFunctionAsync(this AwsContext context, string name)
    {
        try
        {
            var response = await context.Clients.Lambda.GetFunctionAsync(
                new GetFunctionRequest { FunctionName = name }, context.Cancellation).ConfigureAwait(false);
            return response.Configuration;
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
