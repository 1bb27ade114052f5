using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda;

/// <summary>What a function's code runs on.</summary>
[JsonConverter(typeof(ConstantConverter<Runtime>))]
internal sealed class Runtime(string value) : ConstantClass(value), IServiceConstant<Runtime>
{
    public static readonly Runtime Python313 = new("python3.13");

    public static Runtime Of(string value) => new(value);
}

/// <summary>Whether a function can be invoked.</summary>
[JsonConverter(typeof(ConstantConverter<State>))]
internal sealed class State(string value) : ConstantClass(value), IServiceConstant<State>
{
    public static readonly State Pending = new("Pending");
    public static readonly State Active = new("Active");
    public static readonly State Inactive = new("Inactive");
    public static readonly State Failed = new("Failed");

    public static State Of(string value) => new(value);
}

/// <summary>How far a function's last update is.</summary>
[JsonConverter(typeof(ConstantConverter<LastUpdateStatus>))]
internal sealed class LastUpdateStatus(string value) : ConstantClass(value), IServiceConstant<LastUpdateStatus>
{
    public static readonly LastUpdateStatus Successful = new("Successful");
    public static readonly LastUpdateStatus Failed = new("Failed");
    public static readonly LastUpdateStatus InProgress = new("InProgress");

    public static LastUpdateStatus Of(string value) => new(value);
}
