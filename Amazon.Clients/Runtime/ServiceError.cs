using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>An error that a service has reported.</summary>
/// <param name="response">Its code, message and request id.</param>
/// <param name="statusCode">The response's HTTP status.</param>
/// <param name="innerException">What the SDK caught first.</param>
/// <param name="http">The response's headers.</param>
/// <param name="body">The response's body, for members that only one exception has; empty where it is not JSON.</param>
internal sealed class ServiceError(
    ErrorResponse response, HttpStatusCode statusCode, Exception? innerException, IWebResponseData? http, ReadOnlyMemory<byte> body)
{
    /// <summary>AWS's code, which says what exception it is.</summary>
    public string Code => response.Code;

    /// <summary>The service's own words.</summary>
    public string Message => response.Message;

    /// <summary>Whether the caller or the service is at fault.</summary>
    public ErrorType Type => response.Type;

    /// <summary>The request that failed, for AWS's support.</summary>
    public string RequestId => response.RequestId;

    /// <summary>The response's HTTP status.</summary>
    public HttpStatusCode StatusCode => statusCode;

    /// <summary>What the SDK caught first.</summary>
    public Exception? InnerException => innerException;

    /// <summary>A header of the response; null when it has none of that name.</summary>
    /// <param name="name">The header's name.</param>
    public string? Header(string name) => http?.GetHeaderValue(name) is { Length: > 0 } value ? value : null;

    /// <summary>A text in the response's body; null when there is none of that name.</summary>
    /// <param name="name">The member's name.</param>
    public string? Text(string name)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var member)
                && member.ValueKind == JsonValueKind.String
                    ? member.GetString()
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
