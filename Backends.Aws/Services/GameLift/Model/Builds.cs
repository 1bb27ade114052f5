using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift.Model;

/// <summary>A game server on GameLift.</summary>
internal sealed class Build
{
    public string? BuildId { get; set; }

    public string? BuildArn { get; set; }

    public string? Name { get; set; }

    public string? Version { get; set; }

    public BuildStatus? Status { get; set; }

    public long? SizeOnDisk { get; set; }

    public OperatingSystem? OperatingSystem { get; set; }

    public DateTime? CreationTime { get; set; }

    public string? ServerSdkVersion { get; set; }
}

/// <summary>Where a build is uploaded to.</summary>
internal sealed class S3Location
{
    public string? Bucket { get; set; }

    public string? Key { get; set; }
}

/// <summary>What an upload is signed with; never log it.</summary>
internal sealed class AwsCredentials
{
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    public string? SessionToken { get; set; }
}

/// <summary>The request of <c>CreateBuild</c>.</summary>
internal sealed class CreateBuildRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    public string? Name { get; set; }

    public string? Version { get; set; }

    public OperatingSystem? OperatingSystem { get; set; }

    public string? ServerSdkVersion { get; set; }
}

/// <summary>The answer of <c>CreateBuild</c>.</summary>
internal sealed class CreateBuildResponse : AmazonWebServiceResponse
{
    public Build? Build { get; set; }

    public AwsCredentials? UploadCredentials { get; set; }

    public S3Location? StorageLocation { get; set; }
}

/// <summary>The request of <c>RequestUploadCredentials</c>.</summary>
internal sealed class RequestUploadCredentialsRequest : AmazonWebServiceRequest
{
    public string? BuildId { get; set; }
}

/// <summary>The answer of <c>RequestUploadCredentials</c>.</summary>
internal sealed class RequestUploadCredentialsResponse : AmazonWebServiceResponse
{
    public AwsCredentials? UploadCredentials { get; set; }

    public S3Location? StorageLocation { get; set; }
}

/// <summary>The request of <c>ListBuilds</c>.</summary>
internal sealed class ListBuildsRequest : AmazonWebServiceRequest
{
    public BuildStatus? Status { get; set; }

    public int? Limit { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The answer of <c>ListBuilds</c>.</summary>
internal sealed class ListBuildsResponse : AmazonWebServiceResponse
{
    public List<Build>? Builds { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The request of <c>DescribeBuild</c>.</summary>
internal sealed class DescribeBuildRequest : AmazonWebServiceRequest
{
    public string? BuildId { get; set; }
}

/// <summary>The answer of <c>DescribeBuild</c>.</summary>
internal sealed class DescribeBuildResponse : AmazonWebServiceResponse
{
    public Build? Build { get; set; }
}

/// <summary>The request of <c>DeleteBuild</c>.</summary>
internal sealed class DeleteBuildRequest : AmazonWebServiceRequest
{
    public string? BuildId { get; set; }
}

/// <summary>The answer of <c>DeleteBuild</c>.</summary>
internal sealed class DeleteBuildResponse : AmazonWebServiceResponse;
