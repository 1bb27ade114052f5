using System.Security;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.AwsStandIn;

/// <summary>
/// The last in the list of services. On one address for all, what carries no other service's mark is S3's; as long as no
/// S3 stands before it, the answer is S3's for what it cannot do.
/// </summary>
internal sealed class UnclaimedRequests : IAwsService
{
    public string SigningName => "s3";

    public bool Claims(HttpRequest request) => true;

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(
            $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>NotImplemented</Code><Message>A header you provided implies functionality that is not implemented.</Message><Resource>{SecurityElement.Escape(context.Request.Path)}</Resource><RequestId>{StandInAws.NextRequestId()}</RequestId></Error>
            """);
    }
}
