using System.Text.Json.Serialization;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway;

/// <summary>The service's JSON by generated code: reflection would keep types in memory for ever.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(GetRestApisRequest))]
[JsonSerializable(typeof(GetRestApisResponse))]
[JsonSerializable(typeof(CreateRestApiRequest))]
[JsonSerializable(typeof(CreateRestApiResponse))]
[JsonSerializable(typeof(DeleteRestApiRequest))]
[JsonSerializable(typeof(DeleteRestApiResponse))]
[JsonSerializable(typeof(GetResourcesRequest))]
[JsonSerializable(typeof(GetResourcesResponse))]
[JsonSerializable(typeof(CreateResourceRequest))]
[JsonSerializable(typeof(CreateResourceResponse))]
[JsonSerializable(typeof(PutMethodRequest))]
[JsonSerializable(typeof(PutMethodResponse))]
[JsonSerializable(typeof(PutIntegrationRequest))]
[JsonSerializable(typeof(PutIntegrationResponse))]
[JsonSerializable(typeof(PutIntegrationResponseRequest))]
[JsonSerializable(typeof(PutIntegrationResponseResponse))]
[JsonSerializable(typeof(PutMethodResponseRequest))]
[JsonSerializable(typeof(PutMethodResponseResponse))]
[JsonSerializable(typeof(GetAuthorizersRequest))]
[JsonSerializable(typeof(GetAuthorizersResponse))]
[JsonSerializable(typeof(CreateAuthorizerRequest))]
[JsonSerializable(typeof(CreateAuthorizerResponse))]
[JsonSerializable(typeof(UpdateAuthorizerRequest))]
[JsonSerializable(typeof(UpdateAuthorizerResponse))]
[JsonSerializable(typeof(GetDeploymentRequest))]
[JsonSerializable(typeof(GetDeploymentResponse))]
[JsonSerializable(typeof(CreateDeploymentRequest))]
[JsonSerializable(typeof(CreateDeploymentResponse))]
[JsonSerializable(typeof(GetStagesRequest))]
[JsonSerializable(typeof(GetStagesResponse))]
internal sealed partial class APIGatewayJson : JsonSerializerContext;
