using Amazon.Emulation.Services;
using Amazon.Emulation.Signatures;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.S3;

/// <summary>S3 behind the address of all services: what carries no other service's mark is for it, so it is asked last.
/// </summary>
internal sealed class S3Service : IAwsService
{
    private readonly AwsEmulator _aws;
    private readonly SignatureCheck _signatures;

    public S3Service(AwsEmulator aws)
    {
        _aws = aws;
        _signatures = new SignatureCheck(aws) { Skew = TimeSpan.FromMinutes(15), PathTwice = false };
        S3.Completed = item => aws.OnObjectCompleted(item.Bucket, item.Key, item.Size);
    }

    /// <summary>The buckets.</summary>
    public S3Emulator S3 { get; } = new();

    public string SigningName => "s3";

    public bool Claims(HttpRequest request) => true;

    public async Task HandleAsync(HttpContext context)
    {
        if (Refusal(context) is not { } refusal)
        {
            await S3.HandleAsync(context);
            return;
        }

        // a client that is still sending would not hear the answer
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.Headers["x-amz-request-id"] = AwsEmulator.NextRequestId();
        await S3Answers.ErrorAsync(context, refusal);
    }

    /// <summary>Why a request is refused before S3 looks at it; the codes are those of S3's "Error responses".</summary>
    private S3Exception? Refusal(HttpContext context)
    {
        try
        {
            var signed = _signatures.Verify(
                context.Request, context.Request.Headers["x-amz-content-sha256"].ToString(), SigningName, _aws.Rules.Regions);
            var address = S3Address.Of(context);
            return signed.Key.Scope is { } scope && scope != (address.Bucket, address.Key)
                ? new S3Exception(403, "AccessDenied", "Access Denied")
                : null;
        }
        catch (SignatureProblem problem)
        {
            return problem.Fault switch
            {
                SignatureFault.Missing => new S3Exception(403, "AccessDenied", "Access Denied"),
                SignatureFault.Expired => new S3Exception(400, "ExpiredToken", "The provided token has expired."),
                SignatureFault.Skewed => new S3Exception(
                    403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
                SignatureFault.UnknownKey => new S3Exception(
                    403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
                SignatureFault.Incomplete or SignatureFault.Scope => new S3Exception(400, "AuthorizationHeaderMalformed", problem.Message),
                _ => new S3Exception(403, "SignatureDoesNotMatch", problem.Message),
            };
        }
    }
}
