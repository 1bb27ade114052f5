using System.Text.Json.Serialization.Metadata;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>AWS Identity and Access Management: roles.</summary>
/// <remarks>Facts: the service model of 2010-05-08. Named as in the official package, which can replace it the day it is served.</remarks>
internal sealed class AmazonIdentityManagementServiceClient(AWSCredentials credentials, AmazonIdentityManagementServiceConfig clientConfig) : ServiceClient(credentials, clientConfig)
{
    /// <summary>One role.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<GetRoleResponse> GetRoleAsync(GetRoleRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("GetRole", IdentityManagementJson.Default.GetRoleRequest, IdentityManagementJson.Default.GetRoleResponse),
            request,
            cancellationToken);

    /// <summary>Makes a role; the rest of AWS learns of it some seconds later.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<CreateRoleResponse> CreateRoleAsync(CreateRoleRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("CreateRole", IdentityManagementJson.Default.CreateRoleRequest, IdentityManagementJson.Default.CreateRoleResponse),
            request,
            cancellationToken);

    /// <summary>Removes a role, which must have no policies.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<DeleteRoleResponse> DeleteRoleAsync(DeleteRoleRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("DeleteRole", IdentityManagementJson.Default.DeleteRoleRequest, IdentityManagementJson.Default.DeleteRoleResponse),
            request,
            cancellationToken);

    /// <summary>One inline policy.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<GetRolePolicyResponse> GetRolePolicyAsync(GetRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("GetRolePolicy", IdentityManagementJson.Default.GetRolePolicyRequest, IdentityManagementJson.Default.GetRolePolicyResponse),
            request,
            cancellationToken);

    /// <summary>Writes an inline policy.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<PutRolePolicyResponse> PutRolePolicyAsync(PutRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("PutRolePolicy", IdentityManagementJson.Default.PutRolePolicyRequest, IdentityManagementJson.Default.PutRolePolicyResponse),
            request,
            cancellationToken);

    /// <summary>Removes an inline policy.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<DeleteRolePolicyResponse> DeleteRolePolicyAsync(DeleteRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("DeleteRolePolicy", IdentityManagementJson.Default.DeleteRolePolicyRequest, IdentityManagementJson.Default.DeleteRolePolicyResponse),
            request,
            cancellationToken);

    /// <summary>The names of a role's inline policies, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonIdentityManagementServiceException">The service refused it.</exception>
    public Task<ListRolePoliciesResponse> ListRolePoliciesAsync(ListRolePoliciesRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Query("ListRolePolicies", IdentityManagementJson.Default.ListRolePoliciesRequest, IdentityManagementJson.Default.ListRolePoliciesResponse),
            request,
            cancellationToken);

    private static QueryOperation<TRequest, TResponse> Query<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        new(name, AmazonIdentityManagementServiceConfig.Service, request, response, AmazonIdentityManagementServiceException.Errors);
}
