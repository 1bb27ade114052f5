using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh;

/// <summary>The log as a service: records by their numbers, for whoever looks back. Who listens uses the topic of the same name.</summary>
internal sealed class LogService(LogRing ring, string epoch) : IMeshService
{
    public const string ServiceName = "log";

    private const string Read = "read";
    private const string Range = "range";
    private const int MostRecords = 10_000;
    private const int MostBytes = 256 * 1024;

    public string Name => ServiceName;

    public ServiceDescription Describe() => new(ServiceName, "The log of this process.", new Dictionary<string, MethodDescription>
    {
        [Range] = new("The numbers of the oldest and the newest record that are kept."),
        [Read] = new(
            "Records by their numbers.",
            new MethodParameter("after", "integer", Default: "0"),
            new MethodParameter("count", "integer", Default: "1000")),
    });

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        switch (call.Method)
        {
            case Range:
                call.Permit(new MeshMethod(Range, Role.Viewer, Changes: false));
                return Task.FromResult<ReadOnlyMemory<byte>>(MeshJson.Write(new JsonObject
                {
                    ["epoch"] = epoch,
                    ["oldest"] = ring.Oldest + 1,
                    ["newest"] = ring.Added,
                }));
            case Read:
                call.Permit(new MeshMethod(Read, Role.Viewer, Changes: false));
                return Task.FromResult(Records(Number(call.Params, "after", 0), (int)Math.Clamp(Number(call.Params, "count", 1_000), 1, MostRecords)));
            default:
                throw new MeshException(MeshJson.NoMethod(ServiceName, call.Method));
        }
    }

    private ReadOnlyMemory<byte> Records(long after, int count)
    {
        after = Math.Max(after, ring.Oldest);
        var records = new List<LogRecord>();
        ring.Read(after, after + count, MostBytes, records);
        var json = new FrameBuffer();
        json.Write("{\"epoch\":\""u8);
        json.Write(System.Text.Encoding.ASCII.GetBytes(epoch));
        json.Write("\",\"after\":"u8);
        json.Write(System.Text.Encoding.ASCII.GetBytes(after.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        json.Write(",\"records\":["u8);
        for (var index = 0; index < records.Count; index++)
        {
            if (index > 0)
            {
                json.Write(","u8);
            }

            EditorRecord.Write(json, records[index]);
        }

        json.Write("]}"u8);
        return json.Frames;
    }

    private static long Number(JsonElement json, string name, long usual) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : usual;
}
