using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary><c>fleetbridge serve</c> as a process, on free ports, which it has announced.</summary>
internal sealed class ServingProcess : IAsyncDisposable
{
    private ServingProcess(FleetBridgeProcess process, JsonObject announcement)
    {
        Process = process;
        Announcement = announcement;
    }

    public FleetBridgeProcess Process { get; }

    /// <summary>The line that it has announced itself with.</summary>
    public JsonObject Announcement { get; }

    public int HttpPort => (int)Announcement["http_port"]!;

    public int WebSocketPort => (int)Announcement["websocket_port"]!;

    /// <summary>Starts it and waits until it says that it serves.</summary>
    public static async Task<ServingProcess> StartAsync(
        string state, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        return await AnnouncedAsync(FleetBridgeProcess.Start(state, ["serve", "--json", .. args], environment));
    }

    /// <summary>Waits until one that was started with <c>serve --json</c> says that it serves.</summary>
    public static async Task<ServingProcess> AnnouncedAsync(FleetBridgeProcess process)
    {
        try
        {
            await process.WaitForAsync(serving => serving.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
            return new ServingProcess(process, JsonNode.Parse(process.Output.Split('\n')[0])!.AsObject());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public static Task<ServingProcess> StartOnFreePortsAsync(string state, params string[] args) =>
        StartAsync(state, ["--http-port", "0", "--websocket-port", "0", .. args]);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
