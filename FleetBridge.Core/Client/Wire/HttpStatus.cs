using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The HTTP status of a response. The editor shows any but 200 as failed, whatever the body says.</summary>
internal static class HttpStatus
{
    private const int Ok = 200;
    private const int BadRequest = 400;
    private const int NotFound = 404;

    /// <summary>The status that is sent.</summary>
    /// <param name="status">How far the request came.</param>
    public static int Of(ResponseStatus status) => status switch
    {
        ResponseStatus.Malformed => BadRequest,
        ResponseStatus.NotFound => NotFound,
        _ => Ok,
    };

    /// <summary>What a received status says.</summary>
    /// <param name="status">The status.</param>
    /// <returns>How far the request came, as far as that is known without the body; null when it did not reach the backends.</returns>
    public static ResponseStatus? Read(int status) => status switch
    {
        Ok => ResponseStatus.Completed,
        BadRequest => ResponseStatus.Malformed,
        NotFound => ResponseStatus.NotFound,
        _ => null,
    };
}
