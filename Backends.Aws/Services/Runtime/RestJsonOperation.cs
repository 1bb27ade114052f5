using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// The <c>rest-json</c> protocol: some members of a request stand in its path, some in its query, the rest in its body.
/// </summary>
/// <param name="method">The HTTP method.</param>
/// <param name="path">The path; a <c>{name}</c> in it stands for the member with that JSON name.</param>
/// <param name="service">The service.</param>
/// <param name="request">How the request becomes JSON.</param>
/// <param name="response">How the response is read.</param>
/// <param name="errors">The service's exceptions.</param>
/// <param name="query">The JSON names of the members that stand in the query.</param>
internal sealed partial class RestJsonOperation<TRequest, TResponse>(
    string method,
    string path,
    ServiceDescription service,
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    ServiceErrors errors,
    params string[] query) : WireOperation<TRequest, TResponse>(path, service)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    private readonly JsonTypeInfo<TRequest> _request = request;

    /// <inheritdoc/>
    public override ResponseUnmarshaller Unmarshaller { get; } = new JsonAnswer<TResponse>(response, errors);

    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        var members = JsonSerializer.SerializeToNode(input, _request)!.AsObject();
        request.HttpMethod = method;
        request.ResourcePath = Name;
        foreach (Match label in Label().Matches(Name))
        {
            var name = label.Groups[1].Value;
            request.AddPathResource(label.Value, members.Remove(name, out var value) && $"{value}" is { Length: > 0 } text
                ? text
                : throw new ArgumentException($"{typeof(TRequest).Name} has no {name}.", nameof(input)));
        }

        foreach (var name in query)
        {
            members.Remove(name, out var value);
            if (value is JsonArray list)
            {
                request.ParameterCollection.Add(name, [.. list.Select(item => $"{item}")]);
            }
            else if (value is not null)
            {
                request.Parameters[name] = $"{value}";
            }
        }

        request.UseQueryString = true;
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Headers["Content-Type"] = "application/json";
            request.Content = JsonSerializer.SerializeToUtf8Bytes(members, WireJson.Default.JsonObject);
        }
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Label();
}
