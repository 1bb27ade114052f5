using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway;

/// <summary>What stands behind a method.</summary>
[JsonConverter(typeof(ConstantConverter<IntegrationType>))]
internal sealed class IntegrationType(string value) : ConstantClass(value), IServiceConstant<IntegrationType>
{
    public static readonly IntegrationType AWS = new("AWS");

    public static IntegrationType Of(string value) => new(value);
}

/// <summary>Who decides whether a caller may.</summary>
[JsonConverter(typeof(ConstantConverter<AuthorizerType>))]
internal sealed class AuthorizerType(string value) : ConstantClass(value), IServiceConstant<AuthorizerType>
{
    public static readonly AuthorizerType COGNITO_USER_POOLS = new("COGNITO_USER_POOLS");

    public static AuthorizerType Of(string value) => new(value);
}

/// <summary>What a change of a PATCH does; the members are those that FleetBridge asks for.</summary>
[JsonConverter(typeof(ConstantConverter<Op>))]
internal sealed class Op(string value) : ConstantClass(value), IServiceConstant<Op>
{
    public static readonly Op Add = new("add");

    public static readonly Op Remove = new("remove");

    public static Op Of(string value) => new(value);
}
