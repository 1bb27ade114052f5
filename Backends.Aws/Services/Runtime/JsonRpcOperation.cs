using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>The <c>json 1.1</c> protocol: a POST whose header names the operation and whose body is the request.
/// </summary>
/// <param name="name">The operation's name.</param>
/// <param name="target">The service's name in <c>X-Amz-Target</c>.</param>
/// <param name="service">The service.</param>
/// <param name="request">How the request becomes JSON.</param>
/// <param name="response">How the response is read.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class JsonRpcOperation<TRequest, TResponse>(
    string name,
    string target,
    ServiceDescription service,
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    ServiceErrors errors) : WireOperation<TRequest, TResponse>(name, service)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    private readonly JsonTypeInfo<TRequest> _request = request;

    /// <inheritdoc/>
    public override ResponseUnmarshaller Unmarshaller { get; } = new JsonAnswer<TResponse>(response, errors);

    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        request.Headers["X-Amz-Target"] = $"{target}.{Name}";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Content = JsonSerializer.SerializeToUtf8Bytes(input, _request);
    }
}

/// <summary>An answer in JSON, of either JSON protocol.</summary>
/// <param name="type">How it is read.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class JsonAnswer<TResponse>(JsonTypeInfo<TResponse> type, ServiceErrors errors) : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    private readonly bool _hasOutput = typeof(TResponse).GetProperties().Any(member => member.DeclaringType == typeof(TResponse));

    /// <inheritdoc/>
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        // an operation without output answers with an empty body, and may say so in no header
        using var body = new MemoryStream();
        input.Stream?.CopyTo(body);
        return body.Length == 0 && !_hasOutput
            ? new TResponse()
            : JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type) ?? new TResponse();
    }

    /// <inheritdoc/>
    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return errors.Create(new ServiceError(error, statusCode, innerException));
    }
}
