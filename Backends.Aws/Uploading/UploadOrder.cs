using Amazon.Runtime;
using FleetBridge.Backends.Aws.Packing;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Where a build's zip goes: GameLift's CreateBuild names the place (StorageLocation).</summary>
/// <param name="Bucket">The S3 bucket.</param>
/// <param name="Key">The object's key.</param>
internal sealed record UploadTarget(string Bucket, string Key);

/// <summary>Everything that an upload needs to know.</summary>
/// <param name="BuildName">The build's name, for the user.</param>
/// <param name="Survey">What is uploaded.</param>
/// <param name="Target">Where to.</param>
/// <param name="Credentials">What CreateBuild gave (UploadCredentials).</param>
/// <param name="RenewCredentials">Asks for new ones (RequestUploadCredentials) when they have expired.</param>
/// <param name="Region">The bucket's region, which is the build's.</param>
/// <param name="Profile">The profile whose <c>endpoint_url</c> counts; null for the SDK's default profile.</param>
/// <param name="Endpoint">Where S3 is, whatever environment and profile say; null to ask them.</param>
internal sealed record UploadOrder(
    string BuildName,
    PackageManifest Survey,
    UploadTarget Target,
    AWSCredentials Credentials,
    Func<CancellationToken, Task<AWSCredentials>> RenewCredentials,
    string Region,
    string? Profile,
    Uri? Endpoint = null);

/// <summary>What was uploaded.</summary>
/// <param name="ZipBytes">The zip's size.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Took">How long it took.</param>
internal sealed record UploadResult(long ZipBytes, int Files, TimeSpan Took);
