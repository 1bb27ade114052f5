using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Amazon.Clients.Runtime;

/// <summary>A response of either JSON protocol.</summary>
/// <param name="readBody">Reads the body; it is empty for an operation without output.</param>
/// <param name="readHead">Reads what the status line and the headers say; null when no member is there.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class JsonResponse<TResponse>(
    Func<MemoryStream, TResponse> readBody,
    Action<TResponse, IWebResponseData>? readHead,
    Func<ServiceError, AmazonServiceException> errors) : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    /// <summary>The response whose body is JSON.</summary>
    /// <param name="read">Reads the body.</param>
    /// <param name="canBeEmpty">Whether the body may be empty, because no member is in it.</param>
    /// <param name="errors">The service's exceptions.</param>
    /// <param name="readHead">Reads what the status line and the headers say; null when no member is there.</param>
    public static JsonResponse<TResponse> OfJson(
        JsonRead<TResponse?> read,
        bool canBeEmpty,
        Func<ServiceError, AmazonServiceException> errors,
        Action<TResponse, IWebResponseData>? readHead = null) => new(
            body => body.Length == 0 && canBeEmpty
                ? new TResponse()
                : JsonBody.Read(body.GetBuffer().AsSpan(0, (int)body.Length), read) ?? new TResponse(),
            readHead,
            errors);

    /// <inheritdoc/>
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var response = readBody(Body(input));
        readHead?.Invoke(response, input.ResponseData);
        return response;
    }

    /// <inheritdoc/>
    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        using var body = Body(input);
        var reader = new StreamingUtf8JsonReader(body);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return errors(new ServiceError(error, statusCode, innerException, input.ResponseData, body.ToArray()));
    }

    private static MemoryStream Body(JsonUnmarshallerContext input)
    {
        var body = new MemoryStream();
        input.Stream?.CopyTo(body);
        body.Position = 0;
        return body;
    }
}
