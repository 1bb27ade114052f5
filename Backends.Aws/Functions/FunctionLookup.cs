using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Functions by name.</summary>
internal static class FunctionLookup
{
    /// <summary>A function.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The function; null when there is none of that name.</returns>
    public static async Task<FunctionConfiguration?> FindFunctionAsync(this AwsContext context, string name)
    {
        try
        {
            var answer = await context.Clients.Lambda.GetFunctionAsync(
                new GetFunctionRequest { FunctionName = name }, context.Cancellation).ConfigureAwait(false);
            return answer.Configuration;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A variable of a function; null when it is not set.</summary>
    /// <param name="function">The function.</param>
    /// <param name="name">The variable.</param>
    public static string? Variable(this FunctionConfiguration function, string name) =>
        function.Environment?.Variables?.GetValueOrDefault(name);
}
