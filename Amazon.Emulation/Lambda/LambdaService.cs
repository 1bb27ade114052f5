using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Lambda;

/// <summary>Lambda, put together.</summary>
internal static class LambdaService
{
    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("lambda");
        var operations = new OperationSet();
        var functions = new LambdaFunctions(aws);
        functions.Register(operations);
        new LambdaPermissions(functions).Register(operations);
        return new ModelledService(
            aws,
            "lambda",
            model,
            new ServiceErrors
            {
                Validation = "ValidationException",
                Throttled = ("TooManyRequestsException", "Rate Exceeded.", 429),
                Internal = "ServiceException",
                Denied = ("AccessDeniedException", 403),
                Action = call => $"lambda:{call.Operation}",
                Tagging = call => call.Input["Tags"] is JsonObject { Count: > 0 } ? "lambda:TagResource" : null,
                Resource = call => $"arn:aws:lambda:{call.Region}:{AwsEmulator.Account}:function:{call.Text("FunctionName")}",
            },
            new RestJsonProtocol(model, "/2015-03-31/functions"),
            operations);
    }
}
