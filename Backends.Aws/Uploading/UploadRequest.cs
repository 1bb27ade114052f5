using Amazon.Runtime;
using Amazon.S3;
using FleetBridge.Backends.Aws.Packing;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>The S3 location of a build's zip (StorageLocation of GameLift's CreateBuild).</summary>
/// <param name="Bucket">The S3 bucket.</param>
/// <param name="Key">The object's key.</param>
internal sealed record UploadTarget(string Bucket, string Key);

/// <summary>The input of an upload.</summary>
/// <param name="BuildName">The build's name, for messages.</param>
/// <param name="Manifest">The package.</param>
/// <param name="Target">The S3 location.</param>
/// <param name="Credentials">The UploadCredentials of CreateBuild.</param>
/// <param name="RenewCredentials">Requests new ones (RequestUploadCredentials) when they have expired.</param>
/// <param name="Region">The bucket's region, which is the build's.</param>
/// <param name="Configure">Gives the client's configuration the endpoint and whatever else counts for all clients.</param>
internal sealed record UploadRequest(
    string BuildName,
    PackageManifest Manifest,
    UploadTarget Target,
    AWSCredentials Credentials,
    Func<CancellationToken, Task<AWSCredentials>> RenewCredentials,
    string Region,
    Action<AmazonS3Config> Configure);

/// <summary>The result of an upload.</summary>
/// <param name="ZipBytes">The size of the zip.</param>
/// <param name="Files">The number of files in it.</param>
/// <param name="Duration">The duration of packing and uploading.</param>
internal sealed record UploadResult(long ZipBytes, int Files, TimeSpan Duration);
