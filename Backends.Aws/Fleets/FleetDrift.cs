using System.Text.Json.Nodes;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Builds;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>How a fleet that exists differs from the settings.</summary>
/// <param name="Fixed">What no call can change, each with both values.</param>
/// <param name="Changeable">What can be changed in place, each with both values.</param>
internal sealed record FleetDrift(IReadOnlyList<string> Fixed, IReadOnlyList<string> Changeable)
{
    private const string Anyone = "0.0.0.0/0";

    /// <summary>The port to authorize; null when it is.</summary>
    private IpPermission? Missing { get; init; }

    /// <summary>The one range of ports that is not the wanted one; null when there is none, or several.</summary>
    private IpPermission? Superfluous { get; init; }

    /// <summary>The server processes as they should be; null when they are, or cannot be decided.</summary>
    private RuntimeConfiguration? Runtime { get; init; }

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> All => [.. Fixed, .. Changeable];

    /// <summary>Compares a fleet with the settings; what is not set, or may not be read, is not compared.</summary>
    public static async Task<FleetDrift> FindAsync(AwsContext context, FleetAttributes fleet)
    {
        var wanted = context.Settings[AwsSettings.FleetInstanceType];
        var differences = new List<string>();
        if (fleet.InstanceType is { } type && type.Value != wanted)
        {
            differences.Add(Differs("instance type", type.Value, wanted));
        }

        var builds = await context.BuildsNamedAsync(context.Settings[AwsSettings.ServerPackageName]).ConfigureAwait(false);
        if (builds.Find(build => build.Status == BuildStatus.READY)?.BuildId is { } newest && fleet.BuildId is { } used && used != newest)
        {
            differences.Add(Differs("build", used, newest));
        }

        var drift = new FleetDrift(differences, []);
        drift = await ReadableAsync(context, drift, () => drift.WithPortsAsync(context, fleet.FleetId!)).ConfigureAwait(false);
        return await ReadableAsync(context, drift, () => drift.WithRuntimeAsync(context, fleet.FleetId!)).ConfigureAwait(false);
    }

    /// <summary>Adds the differences to a fleet's details, and logs them.</summary>
    public void Report(AwsContext context, FleetAttributes fleet, JsonObject details)
    {
        if (All.Count > 0)
        {
            details[BackendResult.DriftDetail] = new JsonArray([.. All.Select(text => JsonValue.Create(text))]);
            FleetReport.LogDrift(context.Log, fleet.Name, fleet.FleetId, string.Join("; ", All));
        }
    }

    /// <summary>Changes what can be changed.</summary>
    public async Task ApplyAsync(AwsContext context, FleetAttributes fleet)
    {
        if (Missing is not null)
        {
            await context.Clients.GameLift.UpdateFleetPortSettingsAsync(
                new UpdateFleetPortSettingsRequest
                {
                    FleetId = fleet.FleetId,
                    InboundPermissionAuthorizations = [Missing],
                    InboundPermissionRevocations = Superfluous is null ? null : [Superfluous],
                },
                context.Cancellation).ConfigureAwait(false);
        }

        if (Runtime is not null)
        {
            await context.Clients.GameLift.UpdateRuntimeConfigurationAsync(
                new UpdateRuntimeConfigurationRequest { FleetId = fleet.FleetId, RuntimeConfiguration = Runtime },
                context.Cancellation).ConfigureAwait(false);
        }

        foreach (var change in Changeable)
        {
            FleetReport.LogChanged(context.Log, fleet.Name, fleet.FleetId, change);
        }
    }

    private async Task<FleetDrift> WithPortsAsync(AwsContext context, string fleetId)
    {
        var response = await context.Clients.GameLift.DescribeFleetPortSettingsAsync(
            new DescribeFleetPortSettingsRequest { FleetId = fleetId }, context.Cancellation).ConfigureAwait(false);
        var (from, to) = AwsSettings.PortRange(context.Settings[AwsSettings.FleetInboundPort]);
        var open = (response.InboundPermissions ?? [])
            .Where(permission => permission.Protocol == IpProtocol.UDP && permission.IpRange == Anyone).ToList();
        return response.InboundPermissions is null || open.Exists(permission => permission.FromPort == from && permission.ToPort == to)
            ? this
            : this with
            {
                Changeable = [.. Changeable, Differs("UDP ports", open.Count == 0 ? "none" : string.Join(", ", open.Select(Ports)), Ports(from, to))],
                Missing = new IpPermission { FromPort = from, ToPort = to, IpRange = Anyone, Protocol = IpProtocol.UDP },
                Superfluous = open is [var only] ? only : null,
            };
    }

    private async Task<FleetDrift> WithRuntimeAsync(AwsContext context, string fleetId)
    {
        var path = context.Settings.Find(AwsSettings.FleetLaunchPath);
        var parameters = context.Settings.Find(AwsSettings.FleetLaunchParameters) ?? "";
        var response = await context.Clients.GameLift.DescribeRuntimeConfigurationAsync(
            new DescribeRuntimeConfigurationRequest { FleetId = fleetId }, context.Cancellation).ConfigureAwait(false);
        var runtime = response.RuntimeConfiguration;

        // several processes were set up by hand
        if (path is null || runtime?.ServerProcesses is not [var process]
            || (IsSamePath(process.LaunchPath ?? "", path) && (process.Parameters ?? "") == parameters))
        {
            return this;
        }

        var changes = new List<string>(Changeable);
        if (!IsSamePath(process.LaunchPath ?? "", path))
        {
            changes.Add(Differs("launch path", process.LaunchPath ?? "none", path));
        }

        if ((process.Parameters ?? "") != parameters)
        {
            changes.Add(Differs("launch parameters", process.Parameters is { Length: > 0 } present ? present : "none", parameters));
        }

        runtime.ServerProcesses =
        [
            new ServerProcess
            {
                LaunchPath = path, Parameters = parameters, ConcurrentExecutions = process.ConcurrentExecutions,
            },
        ];
        return this with { Changeable = changes, Runtime = runtime };
    }

    /// <summary>A comparison; without it where the identity's policy is an older one.</summary>
    private static async Task<FleetDrift> ReadableAsync(AwsContext context, FleetDrift before, Func<Task<FleetDrift>> compare)
    {
        try
        {
            return await compare().ConfigureAwait(false);
        }
        catch (AmazonServiceException exception) when (AwsErrorCodes.Denied.Contains(exception.ErrorCode ?? ""))
        {
            if (context.Clients.Said.TryAdd(nameof(FleetReport.LogNotCompared), true))
            {
                FleetReport.LogNotCompared(context.Log, exception.Message);
            }

            return before;
        }
        catch (NotFoundException)
        {
            return before;
        }
    }

    // GameLift shows C:\game\… as C:/game/… was written, and the other way round
    private static bool IsSamePath(string one, string other) =>
        string.Equals(one.Replace('\\', '/'), other.Replace('\\', '/'), one.Contains(':', StringComparison.Ordinal)
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal);

    private static string Differs(string what, string present, string wanted) => $"{what} {present} (the settings say {wanted})";

    private static string Ports(IpPermission permission) => Ports(permission.FromPort ?? 0, permission.ToPort ?? 0);

    private static string Ports(int from, int to) => from == to ? $"{from}" : $"{from}-{to}";
}
