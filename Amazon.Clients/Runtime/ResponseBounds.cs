namespace Amazon.Clients.Runtime;

/// <summary>How large a response may be, and how long its body may take.</summary>
/// <param name="MostBytes">The most bytes of its body.</param>
/// <param name="Time">How long the body may take after the headers, which have the client's own timeout.</param>
/// <param name="PutTime">The same for a PUT.</param>
public sealed record ResponseBounds(int MostBytes, TimeSpan Time, TimeSpan PutTime)
{
    /// <summary>Calls that manage something. The largest responses, full pages of listings, have some hundred kilobytes.</summary>
    public static readonly ResponseBounds Management = new(8 * 1024 * 1024, ServiceConfig.ResponseLimit, ServiceConfig.ResponseLimit);

    /// <summary>Credentials.</summary>
    public static readonly ResponseBounds Credentials = Management with { MostBytes = 1024 * 1024 };

    /// <summary>Uploads. While S3 puts the parts of one together it sends spaces, for minutes ("CompleteMultipartUpload" in its API
    /// reference); the response to a part, which is a PUT, is empty.</summary>
    public static readonly ResponseBounds Uploads = new(1024 * 1024, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(60));

    /// <summary>An error's body, whatever the call.</summary>
    public const int MostErrorBytes = 256 * 1024;
}
