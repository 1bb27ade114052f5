using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider;

/// <summary>What an attribute of a user holds.</summary>
[JsonConverter(typeof(ConstantConverter<AttributeDataType>))]
internal sealed class AttributeDataType(string value) : ConstantClass(value), IServiceConstant<AttributeDataType>
{
    public static readonly AttributeDataType String = new("String");

    public static AttributeDataType Of(string value) => new(value);
}

/// <summary>Whether a new user gets a message.</summary>
[JsonConverter(typeof(ConstantConverter<MessageActionType>))]
internal sealed class MessageActionType(string value) : ConstantClass(value), IServiceConstant<MessageActionType>
{
    public static readonly MessageActionType SUPPRESS = new("SUPPRESS");

    public static MessageActionType Of(string value) => new(value);
}

/// <summary>How far a user is; the members are those that FleetBridge asks for.</summary>
[JsonConverter(typeof(ConstantConverter<UserStatusType>))]
internal sealed class UserStatusType(string value) : ConstantClass(value), IServiceConstant<UserStatusType>
{
    public static readonly UserStatusType CONFIRMED = new("CONFIRMED");

    public static UserStatusType Of(string value) => new(value);
}
