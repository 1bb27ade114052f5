using Backends.Aws.Account;

namespace Backends.Aws.Deployment;

/// <summary>The packaged server as a build on GameLift, in S3 storage of its own.</summary>
internal sealed class UploadedBuild(AwsClients clients) : AwsResource(clients)
{
    /// <inheritdoc/>
    public override string Path => "deployment/uploaded_build";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/packaged_build"];

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
    [
        Operation.Check(NotThereYet.AnswerAsync),
        Operation.Create(NotThereYet.AnswerAsync),
        Operation.Delete(NotThereYet.AnswerAsync),
        AwsConsole.Browse("gamelift/builds?region=[region]"),
    ];
}
