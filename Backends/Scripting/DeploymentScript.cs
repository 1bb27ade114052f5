using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Scripting;

/// <summary>
/// What a deployment script (<c>fleetbridge script deploy.csx</c>) may use as if it were its own: its members are the
/// script's globals.
/// </summary>
/// <example>
/// <code>
/// await Bridge.Create("uploaded_build");
/// await Bridge.Create("fleet");
/// await Bridge.WaitUntil("fleet", "ACTIVE", TimeSpan.FromMinutes(40));
/// </code>
/// </example>
public sealed class DeploymentScript
{
    /// <summary>Runs operations of any installed backend, with <see cref="Settings"/>.</summary>
    public required ScriptBridge Bridge { get; init; }

    /// <summary>The settings that the command line's options and the Unreal project give, by their keys.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The user's log: it goes where the operations' own records go.</summary>
    public required ILogger Log { get; init; }

    /// <summary>What stands after the script on the command line.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Cancelled by Ctrl-C, and when the script was saved while <c>--watch</c> runs it.</summary>
    public required CancellationToken Cancel { get; init; }
}
