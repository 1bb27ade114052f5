using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Services;

/// <summary>The codes and messages with which a service reports the errors that every service has.</summary>
internal sealed record ServiceErrors
{
    /// <summary>The code for input that breaks the model's rules.</summary>
    public required string Validation { get; init; }

    /// <summary>The response to too many calls.</summary>
    public required (string Code, string Message, int Status) Throttled { get; init; }

    /// <summary>The code of the service's own failure, which comes with status 500.</summary>
    public required string Internal { get; init; }

    /// <summary>The code and the status of a refused permission.</summary>
    public (string Code, int Status) Denied { get; init; } = ("AccessDeniedException", 400);

    /// <summary>The action that a policy would have to allow.</summary>
    public required Func<AwsCall, string> Action { get; init; }

    /// <summary>The action that a call with tags needs besides its own; null for a call without tags.</summary>
    public Func<AwsCall, string?> Tagging { get; init; } = static _ => null;

    /// <summary>The resource on which it would have to be allowed.</summary>
    public required Func<AwsCall, string> Resource { get; init; }
}
