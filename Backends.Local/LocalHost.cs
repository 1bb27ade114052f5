using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Local;

/// <summary>The host: GameLift on this machine. It outlives the editor.</summary>
internal sealed partial class LocalHost(HostConnection host) : Resource
{
    private const string Running = "RUNNING";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override string Path => "deployment/host";

    /// <inheritdoc/>
    public override string CostOfKeeping => "Some memory of this machine, and its two ports.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations => [Operation.Check(CheckAsync), Operation.Create(CreateAsync), Operation.Delete(DeleteAsync)];

    private static JsonObject Details(JsonObject health) => new()
    {
        [BackendResult.StateDetail] = Running,
        ["Version"] = (string?)health["version"],
        ["Process Id"] = (int?)health["pid"],
        ["GameLift API"] = $"http://127.0.0.1:{health["http_port"]}",
        ["Server SDK"] = $"wss://127.0.0.1:{health["tls_port"]}",
        ["Store"] = (string?)health["store"],
    };

    private async Task<BackendResult> CheckAsync(BackendContext context) => await host.FindHostAsync(context).ConfigureAwait(false) is { } health
        ? Ready(context, health)
        : BackendResult.Failure(
            $"There is no host on port {context.Settings[LocalSettings.HostHttpPort]}.",
            "Create the host.",
            new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });

    private async Task<BackendResult> CreateAsync(BackendContext context)
    {
        if (await host.FindHostAsync(context).ConfigureAwait(false) is { } running)
        {
            return Ready(context, running);
        }

        LogStarting(context.Logger, context.Settings[LocalSettings.HostHttpPort], context.Settings[LocalSettings.HostTlsPort]);
        await HostStart.RunAsync(context).ConfigureAwait(false);
        return await host.FindHostAsync(context).ConfigureAwait(false) is { } started
            ? Ready(context, started)
            : throw new BackendException("The host has started, and does not respond.", "Look into its log file.");
    }

    private async Task<BackendResult> DeleteAsync(BackendContext context)
    {
        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (await host.FindHostAsync(context).ConfigureAwait(false) is not { } health)
        {
            return BackendResult.Success(details);
        }

        LogStopping(context.Logger, (int?)health["pid"]);
        await host.CallLocalAsync(context, HttpMethod.Post, "local/stop", new JsonObject()).ConfigureAwait(false);
        var begun = context.Clock.GetTimestamp();
        while (await host.FindHostAsync(context).ConfigureAwait(false) is not null)
        {
            if (context.Clock.GetElapsedTime(begun) > StopLimit)
            {
                throw new BackendException($"The host (process {health["pid"]}) has not stopped within {StopLimit.TotalSeconds:0} s.", "End its process.");
            }

            await Task.Delay(Interval, context.Clock, context.Cancellation).ConfigureAwait(false);
        }

        details["Deleted"] = new JsonArray(JsonValue.Create($"process {health["pid"]}"));
        return BackendResult.Success(details);
    }

    private static BackendResult Ready(BackendContext context, JsonObject health)
    {
        LogRunning(context.Logger, (int?)health["pid"], (int?)health["http_port"], (int?)health["tls_port"]);
        return BackendResult.Success(Details(health));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Starting a host on the ports {HttpPort} and {TlsPort}")]
    private static partial void LogStarting(ILogger logger, string httpPort, string tlsPort);

    [LoggerMessage(Level = LogLevel.Information, Message = "The host (process {ProcessId}) serves the GameLift API on port {HttpPort}, and game servers on {TlsPort}")]
    private static partial void LogRunning(ILogger logger, int? processId, int? httpPort, int? tlsPort);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping the host (process {ProcessId})")]
    private static partial void LogStopping(ILogger logger, int? processId);
}
