using Backends.Aws.Deployment;

namespace Backends.Aws;

/// <summary>Game servers on Amazon GameLift, with the login pool, the Lambda functions and the REST API around them.
/// </summary>
public sealed class AwsBackend : Backend
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["aws_backend"];

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => AwsSettings.All;

    /// <inheritdoc/>
    public override IReadOnlyList<Resource> Resources { get; } =
    [
        new PackagedBuild(),
        new UploadedBuild(),
        new Fleet(),
        new UserPool(),
        new Lambdas(),
        new RestApi(),
    ];
}
