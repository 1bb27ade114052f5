using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Lambda;

/// <summary>Lambda's operations on a function's resource policy.</summary>
internal sealed class LambdaPermissions(LambdaFunctions functions)
{
    public void Register(OperationSet operations)
    {
        operations["AddPermission"] = Add;
        operations["GetPolicy"] = Get;
        operations["RemovePermission"] = Remove;
    }

    private JsonObject Add(AwsCall call)
    {
        var function = functions.Find(call);
        var id = call.Required("StatementId");
        if (function.Statements.Exists(statement => (string)statement["Sid"]! == id))
        {
            throw new AwsError(
                "ResourceConflictException",
                $"The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement.");
        }

        var principal = call.Required("Principal");
        var statement = new JsonObject
        {
            ["Sid"] = id,
            ["Effect"] = "Allow",
            ["Principal"] = principal.Contains('.', StringComparison.Ordinal)
                ? new JsonObject { ["Service"] = principal }
                : new JsonObject { ["AWS"] = principal },
            ["Action"] = call.Required("Action"),
            ["Resource"] = function.Arn,
        };
        if (call.Text("SourceArn") is { } source)
        {
            statement["Condition"] = new JsonObject { ["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = source } };
        }

        function.Statements.Add(statement);
        return new() { ["Statement"] = statement.ToJsonString() };
    }

    private JsonObject? Remove(AwsCall call) =>
        functions.Find(call).Statements.RemoveAll(statement => (string)statement["Sid"]! == call.Text("StatementId")) > 0
            ? null
            : throw new AwsError(
                "ResourceNotFoundException", $"Statement {call.Text("StatementId")} is not found in resource policy.");

    private JsonObject Get(AwsCall call)
    {
        var function = functions.Find(call);
        if (function.Statements.Count == 0)
        {
            throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.");
        }

        var policy = new JsonObject
        {
            ["Version"] = "2012-10-17",
            ["Id"] = "default",
            ["Statement"] = new JsonArray([.. function.Statements.Select(statement => statement.DeepClone())]),
        };
        return new() { ["Policy"] = policy.ToJsonString(), ["RevisionId"] = function.Revision };
    }
}
