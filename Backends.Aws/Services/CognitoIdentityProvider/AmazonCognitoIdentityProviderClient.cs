using System.Text.Json.Serialization.Metadata;
using Amazon.CognitoIdentityProvider.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider;

/// <summary>Amazon Cognito user pools.</summary>
/// <remarks>Facts: the service model of 2016-04-18. Named as in the official package, which can replace it the day it is served.</remarks>
internal sealed class AmazonCognitoIdentityProviderClient(AWSCredentials credentials, AmazonCognitoIdentityProviderConfig clientConfig) : ServiceClient(credentials, clientConfig)
{
    /// <summary>The pools of the region, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<ListUserPoolsResponse> ListUserPoolsAsync(ListUserPoolsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("ListUserPools", CognitoJson.Default.ListUserPoolsRequest, CognitoJson.Default.ListUserPoolsResponse),
            request,
            cancellationToken);

    /// <summary>One pool.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<DescribeUserPoolResponse> DescribeUserPoolAsync(DescribeUserPoolRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DescribeUserPool", CognitoJson.Default.DescribeUserPoolRequest, CognitoJson.Default.DescribeUserPoolResponse),
            request,
            cancellationToken);

    /// <summary>Makes a pool; names may repeat.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<CreateUserPoolResponse> CreateUserPoolAsync(CreateUserPoolRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("CreateUserPool", CognitoJson.Default.CreateUserPoolRequest, CognitoJson.Default.CreateUserPoolResponse),
            request,
            cancellationToken);

    /// <summary>Changes a pool; what is not sent goes back to its default.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<UpdateUserPoolResponse> UpdateUserPoolAsync(UpdateUserPoolRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("UpdateUserPool", CognitoJson.Default.UpdateUserPoolRequest, CognitoJson.Default.UpdateUserPoolResponse),
            request,
            cancellationToken);

    /// <summary>Removes a pool, which must have no domain.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<DeleteUserPoolResponse> DeleteUserPoolAsync(DeleteUserPoolRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DeleteUserPool", CognitoJson.Default.DeleteUserPoolRequest, CognitoJson.Default.DeleteUserPoolResponse),
            request,
            cancellationToken);

    /// <summary>Gives a pool a host name, unique in the region.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<CreateUserPoolDomainResponse> CreateUserPoolDomainAsync(CreateUserPoolDomainRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("CreateUserPoolDomain", CognitoJson.Default.CreateUserPoolDomainRequest, CognitoJson.Default.CreateUserPoolDomainResponse),
            request,
            cancellationToken);

    /// <summary>Takes a pool's host name away.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<DeleteUserPoolDomainResponse> DeleteUserPoolDomainAsync(DeleteUserPoolDomainRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DeleteUserPoolDomain", CognitoJson.Default.DeleteUserPoolDomainRequest, CognitoJson.Default.DeleteUserPoolDomainResponse),
            request,
            cancellationToken);

    /// <summary>A pool's app clients, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<ListUserPoolClientsResponse> ListUserPoolClientsAsync(ListUserPoolClientsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("ListUserPoolClients", CognitoJson.Default.ListUserPoolClientsRequest, CognitoJson.Default.ListUserPoolClientsResponse),
            request,
            cancellationToken);

    /// <summary>Makes an app client; names may repeat.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<CreateUserPoolClientResponse> CreateUserPoolClientAsync(CreateUserPoolClientRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("CreateUserPoolClient", CognitoJson.Default.CreateUserPoolClientRequest, CognitoJson.Default.CreateUserPoolClientResponse),
            request,
            cancellationToken);

    /// <summary>Makes a user.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<AdminCreateUserResponse> AdminCreateUserAsync(AdminCreateUserRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("AdminCreateUser", CognitoJson.Default.AdminCreateUserRequest, CognitoJson.Default.AdminCreateUserResponse),
            request,
            cancellationToken);

    /// <summary>One user.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<AdminGetUserResponse> AdminGetUserAsync(AdminGetUserRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("AdminGetUser", CognitoJson.Default.AdminGetUserRequest, CognitoJson.Default.AdminGetUserResponse),
            request,
            cancellationToken);

    /// <summary>Sets a user's password.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonCognitoIdentityProviderException">The service refused it.</exception>
    public Task<AdminSetUserPasswordResponse> AdminSetUserPasswordAsync(AdminSetUserPasswordRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("AdminSetUserPassword", CognitoJson.Default.AdminSetUserPasswordRequest, CognitoJson.Default.AdminSetUserPasswordResponse),
            request,
            cancellationToken);

    private static JsonRpcOperation<TRequest, TResponse> Rpc<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        new(name, "AWSCognitoIdentityProviderService", AmazonCognitoIdentityProviderConfig.Service, request, response, AmazonCognitoIdentityProviderException.Errors);
}
