namespace Amazon.Clients.Generator.Models;

/// <summary>A service as AWS publishes it for its own SDKs.</summary>
internal sealed record ServiceModel
{
    /// <summary>The version of its interface, a date.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Begins its host names.</summary>
    public required string EndpointPrefix { get; init; }

    /// <summary>The protocol that the model prefers: json, rest-json, query and others.</summary>
    public required string Protocol { get; init; }

    /// <summary>Its name for people.</summary>
    public required string ServiceId { get; init; }

    /// <summary>The service in a signature's scope.</summary>
    public required string SigningName { get; init; }

    /// <summary>The service in <c>X-Amz-Target</c>; null for protocols without it.</summary>
    public string? TargetPrefix { get; init; }

    /// <summary>The operations by name, in ordinal order.</summary>
    public required SortedDictionary<string, ModelOperation> Operations { get; init; }

    /// <summary>The shapes by name, in ordinal order.</summary>
    public required SortedDictionary<string, ModelShape> Shapes { get; init; }
}
