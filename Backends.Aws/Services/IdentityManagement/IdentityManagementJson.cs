using System.Text.Json.Serialization;
using Amazon.IdentityManagement.Model;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>The service's JSON by generated code: reflection would keep types in memory for ever.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(EpochSecondsConverter), typeof(BooleanTextConverter)])]
[JsonSerializable(typeof(GetRoleRequest))]
[JsonSerializable(typeof(GetRoleResponse))]
[JsonSerializable(typeof(CreateRoleRequest))]
[JsonSerializable(typeof(CreateRoleResponse))]
[JsonSerializable(typeof(DeleteRoleRequest))]
[JsonSerializable(typeof(DeleteRoleResponse))]
[JsonSerializable(typeof(GetRolePolicyRequest))]
[JsonSerializable(typeof(GetRolePolicyResponse))]
[JsonSerializable(typeof(PutRolePolicyRequest))]
[JsonSerializable(typeof(PutRolePolicyResponse))]
[JsonSerializable(typeof(DeleteRolePolicyRequest))]
[JsonSerializable(typeof(DeleteRolePolicyResponse))]
[JsonSerializable(typeof(ListRolePoliciesRequest))]
[JsonSerializable(typeof(ListRolePoliciesResponse))]
internal sealed partial class IdentityManagementJson : JsonSerializerContext;
