using System.Text.Json;
using System.Text.Json.Serialization;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Fleet.Containers;

/// <summary>A run in a container that was not forgotten.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="RunId">The run.</param>
/// <param name="StartedAt">When it was asked for.</param>
internal sealed record RunRecord(string ServerId, string RunId, DateTimeOffset StartedAt);

/// <summary>
/// Which runs the worker still has to hear the end of, in files of its own: an engine that is away is no server that has ended.
/// </summary>
/// <param name="folder">Their folder.</param>
internal sealed class RunRecords(string folder)
{
    private const int MostBytes = 4096;

    /// <summary>Writes one, before its container exists.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(RunRecord record)
    {
        OwnFolder.Create(folder);
        var path = PathOf(record.RunId);
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(record, RunRecordJson.Default.RunRecord));
        File.Move($"{path}.new", path, overwrite: true);
    }

    /// <summary>Reads all.</summary>
    public IReadOnlyList<RunRecord> Read() => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.json").Select(TryRead).OfType<RunRecord>()];

    /// <summary>Removes one.</summary>
    public void Remove(string runId)
    {
        try
        {
            File.Delete(PathOf(runId));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // its end is told once more after the next start
        }
    }

    private static RunRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(UserFile.ReadAllText(path, MostBytes), RunRecordJson.Default.RunRecord);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf(string runId) => Path.Combine(folder, $"{Uri.EscapeDataString(runId)}.json");
}

/// <summary>Records as JSON.</summary>
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;
