using System.Text.Json.Serialization.Metadata;
using Amazon.Lambda.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda;

/// <summary>AWS Lambda.</summary>
/// <remarks>Facts: the service model of 2015-03-31. Named as in the official package, which can replace it the day it is served.</remarks>
internal sealed class AmazonLambdaClient(AWSCredentials credentials, AmazonLambdaConfig clientConfig) : ServiceClient(credentials, clientConfig)
{
    /// <summary>One function.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<GetFunctionResponse> GetFunctionAsync(GetFunctionRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/2015-03-31/functions/{FunctionName}", LambdaJson.Default.GetFunctionRequest, LambdaJson.Default.GetFunctionResponse),
            request,
            cancellationToken);

    /// <summary>Makes a function.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<CreateFunctionResponse> CreateFunctionAsync(CreateFunctionRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/2015-03-31/functions", LambdaJson.Default.CreateFunctionRequest, LambdaJson.Default.CreateFunctionResponse),
            request,
            cancellationToken);

    /// <summary>Replaces a function's code.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<UpdateFunctionCodeResponse> UpdateFunctionCodeAsync(UpdateFunctionCodeRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/2015-03-31/functions/{FunctionName}/code", LambdaJson.Default.UpdateFunctionCodeRequest, LambdaJson.Default.UpdateFunctionCodeResponse),
            request,
            cancellationToken);

    /// <summary>Replaces what surrounds a function's code: its variables, role, runtime and timeout.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<UpdateFunctionConfigurationResponse> UpdateFunctionConfigurationAsync(UpdateFunctionConfigurationRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/2015-03-31/functions/{FunctionName}/configuration", LambdaJson.Default.UpdateFunctionConfigurationRequest, LambdaJson.Default.UpdateFunctionConfigurationResponse),
            request,
            cancellationToken);

    /// <summary>Removes a function.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<DeleteFunctionResponse> DeleteFunctionAsync(DeleteFunctionRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("DELETE", "/2015-03-31/functions/{FunctionName}", LambdaJson.Default.DeleteFunctionRequest, LambdaJson.Default.DeleteFunctionResponse),
            request,
            cancellationToken);

    /// <summary>Allows another service to invoke a function.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<AddPermissionResponse> AddPermissionAsync(AddPermissionRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/2015-03-31/functions/{FunctionName}/policy", LambdaJson.Default.AddPermissionRequest, LambdaJson.Default.AddPermissionResponse),
            request,
            cancellationToken);

    /// <summary>Who may invoke a function, as a JSON policy.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<GetPolicyResponse> GetPolicyAsync(GetPolicyRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/2015-03-31/functions/{FunctionName}/policy", LambdaJson.Default.GetPolicyRequest, LambdaJson.Default.GetPolicyResponse),
            request,
            cancellationToken);

    /// <summary>Takes back what <c>AddPermission</c> has allowed.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonLambdaException">The service refused it.</exception>
    public Task<RemovePermissionResponse> RemovePermissionAsync(RemovePermissionRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", LambdaJson.Default.RemovePermissionRequest, LambdaJson.Default.RemovePermissionResponse),
            request,
            cancellationToken);

    private static RestJsonOperation<TRequest, TResponse> Rest<TRequest, TResponse>(
        string method, string path, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, params string[] query)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        new(method, path, AmazonLambdaConfig.Service, request, response, AmazonLambdaException.Errors, query);
}
