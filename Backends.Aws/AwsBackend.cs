using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Builds;
using FleetBridge.Backends.Aws.Checks;
using FleetBridge.Backends.Aws.Fleets;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.RestApis;
using FleetBridge.Backends.Aws.Sessions;
using FleetBridge.Backends.Aws.UserPools;

namespace FleetBridge.Backends.Aws;

/// <summary>Game servers on Amazon GameLift, with the login pool, the Lambda functions and the REST API around them.
/// </summary>
public sealed class AwsBackend : Backend
{
    private readonly AwsClients _clients = new();

    /// <summary>Creates the backend, without a call to AWS.</summary>
    public AwsBackend()
    {
        CallReports.Begin();
        Resources =
        [
            new PackagedBuild(),
            new UploadedBuild(_clients),
            new Fleet(_clients, SessionFunctions.RepointAsync),
            new UserPool(_clients),
            new Lambdas(_clients),
            new RestApi(_clients),
            new SessionApi(_clients),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["aws_backend"];

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => AwsSettings.All;

    /// <inheritdoc/>
    public override IReadOnlyList<Resource> Resources { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<EnvironmentCheck> EnvironmentChecks => new AwsEnvironmentChecks(_clients).All;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _clients.Dispose();
        return base.DisposeAsync();
    }
}
