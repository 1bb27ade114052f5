using System.Text.Json.Serialization;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift;

/// <summary>The service's JSON by generated code: reflection would keep types in memory for ever.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(CreateBuildRequest))]
[JsonSerializable(typeof(CreateBuildResponse))]
[JsonSerializable(typeof(RequestUploadCredentialsRequest))]
[JsonSerializable(typeof(RequestUploadCredentialsResponse))]
[JsonSerializable(typeof(ListBuildsRequest))]
[JsonSerializable(typeof(ListBuildsResponse))]
[JsonSerializable(typeof(DescribeBuildRequest))]
[JsonSerializable(typeof(DescribeBuildResponse))]
[JsonSerializable(typeof(DeleteBuildRequest))]
[JsonSerializable(typeof(DeleteBuildResponse))]
[JsonSerializable(typeof(CreateFleetRequest))]
[JsonSerializable(typeof(CreateFleetResponse))]
[JsonSerializable(typeof(DescribeFleetAttributesRequest))]
[JsonSerializable(typeof(DescribeFleetAttributesResponse))]
[JsonSerializable(typeof(DescribeFleetEventsRequest))]
[JsonSerializable(typeof(DescribeFleetEventsResponse))]
[JsonSerializable(typeof(DeleteFleetRequest))]
[JsonSerializable(typeof(DeleteFleetResponse))]
[JsonSerializable(typeof(DescribeEC2InstanceLimitsRequest))]
[JsonSerializable(typeof(DescribeEC2InstanceLimitsResponse))]
internal sealed partial class GameLiftJson : JsonSerializerContext;
