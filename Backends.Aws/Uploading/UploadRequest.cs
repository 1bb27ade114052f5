using Amazon.Runtime;
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
/// <param name="Profile">The profile whose <c>endpoint_url</c> counts; null for the SDK's default profile.</param>
/// <param name="Endpoint">The endpoint of S3, which overrides environment and profile; null to use those.</param>
internal sealed record UploadRequest(
    string BuildName,
    PackageManifest Manifest,
    UploadTarget Target,
    AWSCredentials Credentials,
    Func<CancellationToken, Task<AWSCredentials>> RenewCredentials,
    string Region,
    string? Profile,
    Uri? Endpoint = null);

/// <summary>The result of an upload.</summary>
/// <param name="ZipBytes">The size of the zip.</param>
/// <param name="Files">The number of files in it.</param>
/// <param name="Duration">The duration of packing and uploading.</param>
internal sealed record UploadResult(long ZipBytes, int Files, TimeSpan Duration);
