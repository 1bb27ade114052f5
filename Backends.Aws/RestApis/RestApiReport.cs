using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>What results and log say about a REST API: its address, and a command for each method.</summary>
internal static partial class RestApiReport
{
    /// <summary>The state of an API that has not been deployed.</summary>
    public const string Incomplete = "INCOMPLETE";

    /// <summary>The state of an API that uses a user pool that has been replaced.</summary>
    public const string Outdated = "OUTDATED";

    private const string InvokeUrl = "Invoke URL";
    private const string Login = "Login";
    private const string StartSession = "Start Session";

    /// <summary>The result for a deployed API, which is logged too.</summary>
    public static BackendResult Deployed(AwsContext context, string apiId)
    {
        var details = Details(context, apiId, "DEPLOYED");
        LogInvokeUrl(context.Log, context.Settings[AwsSettings.RestApiName], apiId, (string)details[InvokeUrl]!);
        LogCommand(context.Log, "log in", (string)details[Login]!);
        LogCommand(context.Log, "start a session", (string)details[StartSession]!);
        return BackendResult.Success(details);
    }

    /// <summary>The address of an API's stage.</summary>
    public static string InvokeUrlOf(AwsContext context, string apiId) =>
        $"https://{apiId}.execute-api.{context.Region}.{context.Clients.Region.PartitionDnsSuffix}/"
        + context.Settings[AwsSettings.RestApiStageName];

    /// <summary>The details of an API.</summary>
    public static JsonObject Details(AwsContext context, string apiId, string state)
    {
        var settings = context.Settings;
        var url = InvokeUrlOf(context, apiId);
        return new JsonObject
        {
            [BackendResult.StateDetail] = state,
            ["Rest Api Id"] = apiId,
            [InvokeUrl] = url,
            [Login] = $"curl -X POST '{url}/{settings[AwsSettings.LoginPathPart]}' -H 'Content-Type: application/json' "
                + $$"""-d '{"username": "{{TestUsers.First}}", "password": "{{TestUsers.Password}}"}'""",
            [StartSession] = $"curl '{url}/{settings[AwsSettings.StartSessionPathPart]}' -H 'Authorization: <IdToken of the login>'",
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists; its invoke URL is {Url}")]
    private static partial void LogInvokeUrl(ILogger logger, string name, string apiId, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "To {What}: {Command}")]
    private static partial void LogCommand(ILogger logger, string what, string command);
}
