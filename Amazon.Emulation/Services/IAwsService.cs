using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Services;

/// <summary>One service behind the emulator's address.</summary>
internal interface IAwsService
{
    /// <summary>The service as SigV4's credential scope names it: <c>gamelift</c>, <c>s3</c>.</summary>
    string SigningName { get; }

    /// <summary>
    /// Whether a request is for this service, whoever it was signed for. A form is already read when this is asked; every
    /// other body is not, and stays unread.
    /// </summary>
    bool Claims(HttpRequest request);

    /// <summary>Answers a request that it claimed.</summary>
    Task HandleAsync(HttpContext context);
}
