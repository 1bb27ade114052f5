using System.Net;
using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using Amazon.S3;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Creates the S3 client of an upload.</summary>
internal static class UploadClient
{
    /// <summary>Without a network the upload fails within 10 s: two attempts and the delay between them.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(4);

    // the SDK's 8 KiB would need a thousand writes per part
    private const int SendBuffer = 128 * 1024;

    /// <summary>Creates the client.</summary>
    /// <param name="credentials">The credentials of its requests.</param>
    /// <param name="request">The upload, with its region and its configuration.</param>
    public static AmazonS3Client Create(AWSCredentials credentials, UploadRequest request)
    {
        var config = new AmazonS3Config
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(request.Region),
            AuthenticationRegion = request.Region,

            // unset, the SDK looks for it in the user's AWS files, by rules of its own, and fails at a line that it does not know
            USEast1RegionalEndpointValue = S3UsEast1RegionalEndpointValue.Regional,

            // S3Calls retries instead, with new credentials and with the clock of the bridge
            MaxErrorRetry = 0,

            // MultipartUpload ends what stalls; a slow upload has not stalled
            Timeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = ConnectLimit,
            BufferSize = SendBuffer,
            HttpClientFactory = new BoundedHttp(ResponseBounds.Uploads),

            // TLS protects the data in transit; a second checksum would only cost time
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        request.Configure(config);
        if (Uri.TryCreate(config.ServiceURL, UriKind.Absolute, out var endpoint))
        {
            // <bucket>.127.0.0.1 is not a host name
            config.ForcePathStyle = IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out _) || endpoint.IsLoopback;
        }

        return new AmazonS3Client(credentials, config);
    }

    /// <summary>Whether the client uses TLS, so that payloads need not be signed.</summary>
    public static bool IsEncrypted(IAmazonS3 client) =>
        client.Config.ServiceURL?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) != true && !client.Config.UseHttp;
}
