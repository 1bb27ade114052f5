using System.Text.Json.Serialization;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider;

/// <summary>The service's JSON by generated code: reflection would keep types in memory for ever.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(ListUserPoolsRequest))]
[JsonSerializable(typeof(ListUserPoolsResponse))]
[JsonSerializable(typeof(DescribeUserPoolRequest))]
[JsonSerializable(typeof(DescribeUserPoolResponse))]
[JsonSerializable(typeof(CreateUserPoolRequest))]
[JsonSerializable(typeof(CreateUserPoolResponse))]
[JsonSerializable(typeof(UpdateUserPoolRequest))]
[JsonSerializable(typeof(UpdateUserPoolResponse))]
[JsonSerializable(typeof(DeleteUserPoolRequest))]
[JsonSerializable(typeof(DeleteUserPoolResponse))]
[JsonSerializable(typeof(CreateUserPoolDomainRequest))]
[JsonSerializable(typeof(CreateUserPoolDomainResponse))]
[JsonSerializable(typeof(DeleteUserPoolDomainRequest))]
[JsonSerializable(typeof(DeleteUserPoolDomainResponse))]
[JsonSerializable(typeof(ListUserPoolClientsRequest))]
[JsonSerializable(typeof(ListUserPoolClientsResponse))]
[JsonSerializable(typeof(CreateUserPoolClientRequest))]
[JsonSerializable(typeof(CreateUserPoolClientResponse))]
[JsonSerializable(typeof(AdminCreateUserRequest))]
[JsonSerializable(typeof(AdminCreateUserResponse))]
[JsonSerializable(typeof(AdminGetUserRequest))]
[JsonSerializable(typeof(AdminGetUserResponse))]
[JsonSerializable(typeof(AdminSetUserPasswordRequest))]
[JsonSerializable(typeof(AdminSetUserPasswordResponse))]
internal sealed partial class CognitoJson : JsonSerializerContext;
