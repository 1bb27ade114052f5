using Amazon.Lambda.Model;

namespace Backends.Aws.Deployment;

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
}
