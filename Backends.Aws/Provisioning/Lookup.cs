using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>What every check says in the same words.</summary>
internal static partial class Lookup
{
    /// <summary>Logs which resource a check looks for.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="kind">What it is, such as "fleet".</param>
    /// <param name="name">Its name.</param>
    public static void LogLookingFor(this AwsContext context, string kind, string name) =>
        LogLookingFor(context.Log, kind, name, context.Region);

    /// <summary>The result of a check that finds no resource of the name.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="kind">What it is, such as "fleet".</param>
    /// <param name="name">Its name.</param>
    /// <param name="remedy">What to do.</param>
    public static BackendResult Absent(this AwsContext context, string kind, string name, string remedy) => BackendResult.Failure(
        $"There is no {kind} named {name} in {context.Region}.",
        remedy,
        new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });

    /// <summary>Logs which one of several resources of a name is in use.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="kind">What they are, in the plural.</param>
    /// <param name="name">The name.</param>
    /// <param name="id">The id of the one in use.</param>
    public static void LogSeveral(this AwsContext context, int count, string kind, string name, string? id) =>
        LogSeveral(context.Log, count, kind, name, id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the {Kind} {Name} in {Region}")]
    private static partial void LogLookingFor(ILogger logger, string kind, string name, string region);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are {Count} {Kind} named {Name}; {Id} is the one in use. Delete removes "
        + "all of them")]
    private static partial void LogSeveral(ILogger logger, int count, string kind, string name, string? id);
}
