using System.Buffers;
using System.Text.Json;

namespace FleetBridge.Fleet.Servers;

/// <summary>
/// What a worker says and hears also when it has no servers, member by member. The serializer's metadata of the same types are some 950
/// methods that no image compiled ahead of time has, since the generic code is the framework's: a third of what a worker compiles at its
/// start. What a server is made of stays with the serializer, and is compiled with the first one. <c>RestingJsonTests</c> compare both.
/// </summary>
internal static class RestingJson
{
    private const string ServersName = "servers";

    /// <summary>Writes an object.</summary>
    /// <param name="writeMembers">Writes its members.</param>
    public static byte[] Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes what a worker says first.</summary>
    public static byte[] Write(WorkerHello hello) => Write(json =>
    {
        json.WriteString("worker_id", hello.WorkerId);
        json.WriteString("name", hello.Name);
        json.WriteString("version", hello.Version);
        json.WriteString("boot_id", hello.BootId);
        json.WriteString("address", hello.Address);
        json.WriteString("api_url", hello.ApiUrl);
        json.WriteStartArray("can_install");
        foreach (var kind in hello.CanInstall)
        {
            json.WriteStringValue(kind);
        }

        json.WriteEndArray();
        json.WriteStartObject("cannot_install");
        foreach (var (kind, reason) in hello.CannotInstall)
        {
            json.WriteString(kind, reason);
        }

        json.WriteEndObject();
        json.WriteBoolean("is_frozen", hello.IsFrozen);
        json.WriteStartArray(ServersName);
        foreach (var server in hello.Servers)
        {
            JsonSerializer.Serialize(json, server, ServerJson.Default.ObservedServer);
        }

        json.WriteEndArray();
    });

    /// <summary>Writes a worker's figures.</summary>
    public static byte[] Write(WorkerHealth health) => Write(json => WriteFigures(
        json, health.CpuPercent, health.MemoryBytes, health.DiskFreeBytes, health.Servers));

    /// <summary>Writes the figures of a worker and of its servers as members of an object.</summary>
    public static void WriteFigures(
        Utf8JsonWriter json, double? cpuPercent, long? memoryBytes, long? diskFreeBytes, IReadOnlyList<ServerFigures> servers)
    {
        WriteUse(json, cpuPercent, memoryBytes);
        WriteNumber(json, "disk_free_bytes", diskFreeBytes);
        json.WriteStartArray(ServersName);
        foreach (var server in servers)
        {
            json.WriteStartObject();
            json.WriteString("id", server.Id);
            WriteUse(json, server.CpuPercent, server.MemoryBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a time, or null.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time is { } there ? UtcTime.Write(there) : null);

    /// <summary>Reads what should be on a worker.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static DesiredServers ReadDesired(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        Demand(json.Read() && json.TokenType == JsonTokenType.StartObject);
        List<DesiredServer>? servers = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isServers = json.ValueTextEquals(ServersName);
            Demand(json.Read());
            if (!isServers)
            {
                json.Skip();
                continue;
            }

            Demand(json.TokenType == JsonTokenType.StartArray);
            servers = [];
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                servers.Add(
                    JsonSerializer.Deserialize(ref json, ServerJson.Default.DesiredServer) ?? throw new JsonException("A server is null."));
            }
        }

        return new DesiredServers(servers ?? throw new JsonException("The message has no servers."));
    }

    private static void WriteUse(Utf8JsonWriter json, double? cpuPercent, long? memoryBytes)
    {
        if (cpuPercent is { } percent)
        {
            json.WriteNumber("cpu_percent", percent);
        }
        else
        {
            json.WriteNull("cpu_percent");
        }

        WriteNumber(json, "memory_bytes", memoryBytes);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } there)
        {
            json.WriteNumber(name, there);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Demand(bool isSo)
    {
        if (!isSo)
        {
            throw new JsonException("The message is no list of servers.");
        }
    }
}
