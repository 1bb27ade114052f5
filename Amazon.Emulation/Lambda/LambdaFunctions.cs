using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Lambda;

/// <summary>Lambda's operations on functions.</summary>
internal sealed class LambdaFunctions(AwsEmulator aws)
{
    /// <summary>What a configuration can change and shows again.</summary>
    private static readonly string[] Configurable = ["Role", "Runtime", "Handler", "Description", "Timeout", "MemorySize", "Environment", "Architectures"];

    public void Register(OperationSet operations)
    {
        operations["GetFunction"] = Get;
        operations["CreateFunction"] = Create;
        operations["UpdateFunctionCode"] = UpdateCode;
        operations["UpdateFunctionConfiguration"] = UpdateConfiguration;
        operations["DeleteFunction"] = Delete;
    }

    /// <summary>The function of a call; a name, an ARN and a part of one are all taken.</summary>
    public LambdaFunction Find(AwsCall call)
    {
        var name = NameOf(call);
        return aws.Region(call.Region).Functions.Find(function => function.Name == name)
            ?? throw new AwsError("ResourceNotFoundException", $"Function not found: {ArnOf(call.Region, name)}");
    }

    private static string NameOf(AwsCall call)
    {
        var name = call.Required("FunctionName");
        var function = name.IndexOf("function:", StringComparison.Ordinal);
        return function < 0 ? name.Split(':')[0] : name[(function + "function:".Length)..].Split(':')[0];
    }

    private static string ArnOf(string region, string name) => $"arn:aws:lambda:{region}:{AwsEmulator.Account}:function:{name}";

    private JsonObject Get(AwsCall call)
    {
        var function = Find(call);
        return new()
        {
            ["Configuration"] = function.Seen(),

            // left out without the right to read them
            ["Tags"] = function.Tags.Count == 0 || aws.Rules.DeniedActions.Contains("lambda:ListTags") ? null : function.Tags.DeepClone(),
            ["Code"] = new JsonObject
            {
                ["RepositoryType"] = "S3",
                ["Location"] = $"https://awslambda-{call.Region}-tasks.s3.{call.Region}.amazonaws.com/snapshots/{AwsEmulator.Account}/{function.Name}-{function.Revision}?X-Amz-Signature=0123456789abcdef",
            },
        };
    }

    private JsonObject Create(AwsCall call)
    {
        var name = NameOf(call);
        var region = aws.Region(call.Region);
        if (region.Functions.Exists(function => function.Name == name))
        {
            throw new AwsError("ResourceConflictException", $"Function already exist: {name}");
        }

        if (call.Text("Handler") is not { } handler || call.Text("Runtime") is not { } runtime)
        {
            throw Invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        }

        LambdaCode.CheckRuntime(runtime);
        LambdaCode.CheckEnvironment(call.Input["Environment"]);
        var zip = LambdaCode.Read(call.Input["Code"]?["ZipFile"], handler, runtime);
        CheckRole(call);
        var function = new LambdaFunction
        {
            Name = name,
            Arn = ArnOf(call.Region, name),
            Settings = [],
            Tags = call.Input["Tags"]?.DeepClone() as JsonObject ?? [],
            Zip = zip,
            Modified = aws.Clock.GetUtcNow(),
            LooksUntilActive = aws.Rules.LooksUntilFunctionActive,
        };
        Configure(function, call);
        region.Functions.Add(function);
        return function.ToJson();
    }

    private JsonObject UpdateCode(AwsCall call)
    {
        var function = Changeable(call);
        var runtime = (string)function.Settings["Runtime"]!;
        LambdaCode.CheckRuntime(runtime);
        function.Zip = LambdaCode.Read(call.Input["ZipFile"], (string)function.Settings["Handler"]!, runtime);
        return Changed(function);
    }

    private JsonObject UpdateConfiguration(AwsCall call)
    {
        var function = Changeable(call);
        LambdaCode.CheckRuntime(call.Text("Runtime"));
        LambdaCode.CheckEnvironment(call.Input["Environment"]);
        if (call.Text("Role") is not null)
        {
            CheckRole(call);
        }

        Configure(function, call);
        return Changed(function);
    }

    private JsonObject Delete(AwsCall call)
    {
        aws.Region(call.Region).Functions.Remove(Find(call));
        return new() { ["StatusCode"] = 204 };
    }

    private LambdaFunction Changeable(AwsCall call)
    {
        var function = Find(call);
        return function switch
        {
            { IsPending: true } => throw new AwsError(
                "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending"),
            { IsUpdating: true } => throw new AwsError(
                "ResourceConflictException", $"The operation cannot be performed at this time. An update is in progress for resource: {function.Arn}"),
            _ => function,
        };
    }

    private JsonObject Changed(LambdaFunction function)
    {
        function.Modified = aws.Clock.GetUtcNow();
        function.Revision = Guid.NewGuid().ToString();
        function.LooksUntilUpdated = aws.Rules.LooksUntilFunctionUpdated;
        return function.ToJson();
    }

    private static void Configure(LambdaFunction function, AwsCall call)
    {
        foreach (var name in Configurable.Where(name => call.Input[name] is not null))
        {
            function.Settings[name] = call.Input[name]!.DeepClone();
        }
    }

    /// <summary>A new role reaches Lambda some seconds late, and until then is none.</summary>
    private void CheckRole(AwsCall call)
    {
        var role = aws.Roles.Find(role => role.Arn == call.Text("Role"));
        if (role is null || !role.TrustPolicy.Contains("lambda.amazonaws.com", StringComparison.Ordinal) || role.AttemptsLeft-- > 0)
        {
            throw Invalid("The role defined for the function cannot be assumed by Lambda.");
        }
    }

    private static AwsError Invalid(string message) => new("InvalidParameterValueException", message);
}
