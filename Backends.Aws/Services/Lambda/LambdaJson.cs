using System.Text.Json.Serialization;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda;

/// <summary>The service's JSON by generated code: reflection would keep types in memory for ever.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(GetFunctionRequest))]
[JsonSerializable(typeof(GetFunctionResponse))]
[JsonSerializable(typeof(CreateFunctionRequest))]
[JsonSerializable(typeof(CreateFunctionResponse))]
[JsonSerializable(typeof(UpdateFunctionCodeRequest))]
[JsonSerializable(typeof(UpdateFunctionCodeResponse))]
[JsonSerializable(typeof(UpdateFunctionConfigurationRequest))]
[JsonSerializable(typeof(UpdateFunctionConfigurationResponse))]
[JsonSerializable(typeof(DeleteFunctionRequest))]
[JsonSerializable(typeof(DeleteFunctionResponse))]
[JsonSerializable(typeof(AddPermissionRequest))]
[JsonSerializable(typeof(AddPermissionResponse))]
[JsonSerializable(typeof(GetPolicyRequest))]
[JsonSerializable(typeof(GetPolicyResponse))]
[JsonSerializable(typeof(RemovePermissionRequest))]
[JsonSerializable(typeof(RemovePermissionResponse))]
internal sealed partial class LambdaJson : JsonSerializerContext;
