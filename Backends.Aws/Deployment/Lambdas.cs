using Backends.Aws.Account;

namespace Backends.Aws.Deployment;

/// <summary>The two Lambda functions between the game and AWS: login and start session.</summary>
internal sealed class Lambdas(AwsClients clients) : AwsResource(clients)
{
    /// <inheritdoc/>
    public override string Path => "deployment/lambdas";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/fleet", "deployment/user_pool"];

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
    [
        Operation.Check(NotThereYet.AnswerAsync),
        Operation.Create(NotThereYet.AnswerAsync),
        Operation.Delete(NotThereYet.AnswerAsync),
        AwsConsole.Browse("lambda/home?region=[region]#/functions"),
    ];
}
