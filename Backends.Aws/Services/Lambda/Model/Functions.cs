using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda.Model;

/// <summary>A function.</summary>
internal sealed class FunctionConfiguration
{
    public string? FunctionName { get; set; }

    public string? FunctionArn { get; set; }

    public string? Role { get; set; }

    public string? Handler { get; set; }

    public Runtime? Runtime { get; set; }

    public int? Timeout { get; set; }

    public string? CodeSha256 { get; set; }

    public EnvironmentResponse? Environment { get; set; }

    public State? State { get; set; }

    public string? StateReason { get; set; }

    public LastUpdateStatus? LastUpdateStatus { get; set; }

    public string? LastUpdateStatusReason { get; set; }
}

/// <summary>A function's code, as a zip.</summary>
internal sealed class FunctionCode
{
    [JsonConverter(typeof(BlobConverter))]
    public MemoryStream? ZipFile { get; set; }
}

/// <summary>The variables that a function gets.</summary>
internal sealed class Environment
{
    public Dictionary<string, string>? Variables { get; set; }
}

/// <summary>The variables that a function has.</summary>
internal sealed class EnvironmentResponse
{
    public Dictionary<string, string>? Variables { get; set; }
}

/// <summary>The request of <c>GetFunction</c>.</summary>
internal sealed class GetFunctionRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }
}

/// <summary>The answer of <c>GetFunction</c>.</summary>
internal sealed class GetFunctionResponse : AmazonWebServiceResponse
{
    public FunctionConfiguration? Configuration { get; set; }
}

/// <summary>The request of <c>CreateFunction</c>.</summary>
internal sealed class CreateFunctionRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }

    public Runtime? Runtime { get; set; }

    public string? Role { get; set; }

    public string? Handler { get; set; }

    public FunctionCode? Code { get; set; }

    public string? Description { get; set; }

    public int? Timeout { get; set; }

    public Environment? Environment { get; set; }
}

/// <summary>The answer of <c>CreateFunction</c>.</summary>
internal sealed class CreateFunctionResponse : AmazonWebServiceResponse
{
    public string? FunctionArn { get; set; }

    public State? State { get; set; }
}

/// <summary>The request of <c>UpdateFunctionCode</c>.</summary>
internal sealed class UpdateFunctionCodeRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }

    [JsonConverter(typeof(BlobConverter))]
    public MemoryStream? ZipFile { get; set; }
}

/// <summary>The answer of <c>UpdateFunctionCode</c>.</summary>
internal sealed class UpdateFunctionCodeResponse : AmazonWebServiceResponse
{
    public string? FunctionArn { get; set; }

    public LastUpdateStatus? LastUpdateStatus { get; set; }
}

/// <summary>The request of <c>UpdateFunctionConfiguration</c>.</summary>
internal sealed class UpdateFunctionConfigurationRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }

    public Runtime? Runtime { get; set; }

    public string? Role { get; set; }

    public string? Handler { get; set; }

    public int? Timeout { get; set; }

    public Environment? Environment { get; set; }
}

/// <summary>The answer of <c>UpdateFunctionConfiguration</c>.</summary>
internal sealed class UpdateFunctionConfigurationResponse : AmazonWebServiceResponse
{
    public string? FunctionArn { get; set; }

    public LastUpdateStatus? LastUpdateStatus { get; set; }
}

/// <summary>The request of <c>DeleteFunction</c>.</summary>
internal sealed class DeleteFunctionRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }
}

/// <summary>The answer of <c>DeleteFunction</c>.</summary>
internal sealed class DeleteFunctionResponse : AmazonWebServiceResponse;
