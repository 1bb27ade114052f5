using Amazon.Runtime;
using Amazon.S3;
using FleetBridge.Backends;

namespace AwsLoad;

/// <summary>A backend whose every generation makes a real call of the AWS SDK.</summary>
public sealed class AwsLoadBackend : Backend
{
    public override IReadOnlyList<Setting> Settings => [new("endpoint", "Where the stand-in for S3 answers.")];

    public override BackendMetadata Metadata =>
        new("AWS load", "For benchmarks.", [new("Buckets", "S3.", [new("Check", "/deployment/buckets/check")])]);

    public override IReadOnlyList<Resource> Resources { get; } = [new Buckets()];
}

internal sealed class Buckets : Resource
{
    public override string Path => "deployment/buckets";

    public override IReadOnlyList<Operation> Operations => [Operation.Check(ListAsync)];

    private static async Task<BackendResult> ListAsync(BackendContext context)
    {
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials("AKIAEXAMPLE", "secret"),
            new AmazonS3Config { ServiceURL = context.Settings["endpoint"], ForcePathStyle = true });
        var answer = await s3.ListBucketsAsync(context.Cancellation);
        return BackendResult.Success(new() { ["Buckets"] = answer.Buckets?.Count ?? 0 });
    }
}
