namespace Backends.Aws.Deployment;

/// <summary>The machines that run the uploaded build.</summary>
internal sealed class Fleet : Resource
{
    /// <inheritdoc/>
    public override string Path => "deployment/fleet";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/uploaded_build"];

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
    [
        Operation.Check(NotThereYet.AnswerAsync),
        Operation.Create(NotThereYet.AnswerAsync),
        Operation.Delete(NotThereYet.AnswerAsync),
        AwsConsole.Browse("gamelift/fleets?region=[region]"),
    ];
}
