namespace Amazon.Clients.Runtime;

/// <summary>What the SDK has to know of a service; the facts are the <c>metadata</c> of its public service model.</summary>
/// <param name="ServiceId">Names its own endpoint variable: <c>API Gateway</c> reads <c>AWS_ENDPOINT_URL_API_GATEWAY</c>.</param>
/// <param name="EndpointPrefix">Begins its host names.</param>
/// <param name="SigningName">The service in a signature's scope.</param>
/// <param name="ApiVersion">The version of its interface, a date.</param>
internal sealed record ServiceDescription(string ServiceId, string EndpointPrefix, string SigningName, string ApiVersion)
{
    /// <summary>Whether a partition has one endpoint of it, and not one a region.</summary>
    public bool IsGlobal { get; init; }
}
