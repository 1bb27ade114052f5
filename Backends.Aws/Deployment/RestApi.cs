using Backends.Aws.Account;

namespace Backends.Aws.Deployment;

/// <summary>The REST API through which the game calls the two functions.</summary>
internal sealed class RestApi(AwsClients clients) : AwsResource(clients)
{
    /// <inheritdoc/>
    public override string Path => "deployment/rest_api";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/user_pool", "deployment/lambdas"];

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
    [
        Operation.Check(NotThereYet.AnswerAsync),
        Operation.Create(NotThereYet.AnswerAsync),
        Operation.Delete(NotThereYet.AnswerAsync),
        AwsConsole.Browse("apigateway/main/apis?region=[region]"),
    ];
}
