using Backends.Aws.Account;

namespace Backends.Aws.Deployment;

/// <summary>The Cognito user pool with which players log in.</summary>
internal sealed class UserPool(AwsClients clients) : AwsResource(clients)
{
    /// <inheritdoc/>
    public override string Path => "deployment/user_pool";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations { get; } =
    [
        Operation.Check(NotThereYet.AnswerAsync),
        Operation.Create(NotThereYet.AnswerAsync),
        Operation.Delete(NotThereYet.AnswerAsync),
        AwsConsole.Browse("cognito/v2/idp/user-pools?region=[region]"),
    ];
}
