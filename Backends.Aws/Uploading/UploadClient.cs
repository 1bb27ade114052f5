using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Makes the S3 client of one upload.</summary>
internal static class UploadClient
{
    /// <summary>Without a network the user is told within 10 s: two attempts and the rest between them.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(4);

    // the SDK's 8 KiB would mean a thousand writes a part
    private const int SendBuffer = 128 * 1024;

    /// <summary>Makes it.</summary>
    /// <param name="credentials">What requests are signed with.</param>
    /// <param name="order">Tells region and endpoint. The SDK itself knows <c>AWS_ENDPOINT_URL</c>,
    /// <c>AWS_ENDPOINT_URL_S3</c> and the profile's <c>endpoint_url</c>.</param>
    public static AmazonS3Client Create(AWSCredentials credentials, UploadOrder order)
    {
        var config = new AmazonS3Config
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(order.Region),
            AuthenticationRegion = order.Region,

            // each part is sent again by S3Calls, which knows of credentials, and whose clock can be held
            MaxErrorRetry = 0,

            // S3Calls ends what stalls; slow is not stalled
            Timeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = ConnectLimit,
            BufferSize = SendBuffer,

            // TLS guards what is under way; hashing it again would only cost time
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (order.Profile is not null)
        {
            config.Profile = new Profile(order.Profile);
        }

        if (order.Endpoint is not null)
        {
            config.ServiceURL = order.Endpoint.AbsoluteUri;
        }

        if (Uri.TryCreate(config.ServiceURL, UriKind.Absolute, out var endpoint))
        {
            // <bucket>.127.0.0.1 is no host
            config.ForcePathStyle = IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out _) || endpoint.IsLoopback;
        }

        return new AmazonS3Client(credentials, config);
    }

    /// <summary>Whether the client speaks TLS, so that payloads need no signature of their own.</summary>
    public static bool IsEncrypted(IAmazonS3 client) =>
        client.Config.ServiceURL?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) != true && !client.Config.UseHttp;
}
