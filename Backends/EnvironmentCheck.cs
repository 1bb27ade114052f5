namespace FleetBridge.Backends;

/// <summary>Checks one thing that the backend needs on this machine or elsewhere.</summary>
/// <param name="context">What it may use; <see cref="BackendContext.Cancellation"/> is cancelled at the deadline.</param>
/// <returns>What was found. A <see cref="BackendException"/> counts as a failure with its message and remedy.</returns>
public delegate Task<CheckResult> EnvironmentCheckHandler(BackendContext context);

/// <summary>
/// One check of <c>fleetbridge doctor</c>: is what the backend needs there and right, before anything is deployed? All of a
/// backend's run in parallel and have ten seconds. They only read.
/// </summary>
/// <param name="Name">What is checked, such as <c>credentials</c>.</param>
/// <param name="Handler">The method that does it.</param>
public sealed record EnvironmentCheck(string Name, EnvironmentCheckHandler Handler);

/// <summary>How serious a finding is.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It may be intended, or may become a problem.</summary>
    Warning,

    /// <summary>Deployments will fail.</summary>
    Failed,
}

/// <summary>What a check has found.</summary>
/// <param name="State">How serious it is.</param>
/// <param name="Message">What was found, in a sentence that names the thing; never a secret.</param>
/// <param name="Remedy">What the user can do about it; null when there is nothing to do.</param>
public sealed record CheckResult(CheckStatus State, string Message, string? Remedy = null);
