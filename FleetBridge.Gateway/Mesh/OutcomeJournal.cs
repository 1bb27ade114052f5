using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.State;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh;

/// <summary>What the journal says of a call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="UserId">Whose it was.</param>
/// <param name="Method">What it ran.</param>
/// <param name="Began">When.</param>
internal sealed record JournaledCall(string CallId, string UserId, string Method, DateTimeOffset Began)
{
    /// <summary>The result's JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>Why there is no result; null where there is one.</summary>
    public WireError? Error { get; init; }

    /// <summary>Whether the end was written.</summary>
    public bool HasEnded { get; init; }
}

/// <summary>
/// The changes of a process in a file, a line when one begins and a line when it ends. Where the process is killed in between, the next
/// one of the same name knows that it has begun and cannot know how far it came.
/// </summary>
internal sealed class OutcomeJournal : IDisposable
{
    /// <summary>A larger result is not kept.</summary>
    public const int LargestResult = 64 * 1024;

    private const int Kept = 1_000;
    private const long MostBytes = 64 * 1024 * 1024;
    private const long RewriteAbove = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<JournaledCall> _calls = new();
    private FileStream? _file;

    private OutcomeJournal()
    {
    }

    /// <summary>The calls that were in the file when it was opened, in order.</summary>
    public IReadOnlyList<JournaledCall> Past { get; private set; } = [];

    /// <summary>Opens the file of a name, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be used, or another process does.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be used.</exception>
    public static OutcomeJournal Open(string path)
    {
        OwnFolder.Create(Path.GetDirectoryName(path)!);
        var journal = new OutcomeJournal { _file = OpenFile(path) };
        journal.Read();
        return journal;
    }

    /// <summary>A change is about to begin.</summary>
    public void Begin(JournaledCall call)
    {
        lock (_lock)
        {
            _calls.Enqueue(call);
            while (_calls.Count > Kept)
            {
                _calls.Dequeue();
            }

            Write(BeginLine(call));
            if (_file is { Length: > RewriteAbove })
            {
                Rewrite();
            }
        }
    }

    /// <summary>A change has ended.</summary>
    public void End(string callId, ReadOnlyMemory<byte> result, WireError? error)
    {
        lock (_lock)
        {
            Write(EndLine(callId, result, error));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private static FileStream OpenFile(string path) => FileStatus.Of(path, followLinks: false) is { Kind: not FileKind.File }
        ? throw new IOException($"{path} is not a regular file.")
        : new FileStream(path, OwnFolder.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.None));

    private static JsonObject BeginLine(JournaledCall call) => new()
    {
        ["began"] = call.CallId,
        ["user"] = call.UserId,
        ["method"] = call.Method,
        ["at"] = call.Began.ToUnixTimeSeconds(),
    };

    private static JsonObject EndLine(string callId, ReadOnlyMemory<byte> result, WireError? error) => error is null
        ? new JsonObject { ["ended"] = callId, ["result"] = Small(result) }
        : new JsonObject
        {
            ["ended"] = callId,
            ["error"] = new JsonObject { ["error"] = error.Error, ["description"] = error.Description, ["retryable"] = error.Retryable },
        };

    private static JsonNode? Small(ReadOnlyMemory<byte> result) => result.IsEmpty ? null
        : result.Length <= LargestResult ? JsonNode.Parse(result.Span)
        : new JsonObject { ["succeeded"] = true, ["note"] = $"The result had {result.Length} bytes. One above {LargestResult} is not kept over a restart." };

    private void Write(JsonObject line)
    {
        try
        {
            // to the system at once: it outlives this process, however that ends
            _file?.Write(System.Text.Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
            _file?.Flush();
        }
        catch (IOException)
        {
            // the disk is full: the change is still made, and its outcome is known as long as this process lives
        }
    }

    private void Read()
    {
        var past = ReadAll();
        Past = [.. past.TakeLast(Kept)];
        foreach (var call in Past)
        {
            _calls.Enqueue(call);
        }

        Rewrite(Past);
    }

    private List<JournaledCall> ReadAll()
    {
        var (byCall, order) = (new Dictionary<string, JournaledCall>(StringComparer.Ordinal), new List<string>());
        if (_file!.Length > MostBytes)
        {
            return [];
        }

        _file.Position = 0;
        using var reader = new StreamReader(_file, leaveOpen: true);
        while (reader.ReadLine() is { } text)
        {
            // half a line is what a power cut leaves
            if (WireJson.Read(System.Text.Encoding.UTF8.GetBytes(text)) is { } line)
            {
                Take(line, byCall, order);
            }
        }

        return [.. order.Select(id => byCall[id])];
    }

    private static void Take(JsonObject line, Dictionary<string, JournaledCall> byCall, List<string> order)
    {
        if (WireJson.Text(line, "began") is { } began)
        {
            if (!byCall.ContainsKey(began))
            {
                order.Add(began);
            }

            var at = (line["at"] as JsonValue)?.TryGetValue(out long seconds) == true ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
            byCall[began] = new JournaledCall(began, WireJson.Text(line, "user") ?? "", WireJson.Text(line, "method") ?? "", at);
        }
        else if (WireJson.Text(line, "ended") is { } ended && byCall.TryGetValue(ended, out var call))
        {
            var error = line["error"] as JsonObject;
            byCall[ended] = call with
            {
                HasEnded = true,
                Result = error is null ? System.Text.Encoding.UTF8.GetBytes(line["result"]?.ToJsonString() ?? "null") : default,
                Error = error is null ? null
                    : new WireError(WireJson.Text(error, "error") ?? WireError.Internal, WireJson.Text(error, "description") ?? "", WireJson.Flag(error, "retryable")),
            };
        }
    }

    /// <summary>The file has grown: what belongs to the newest calls stays.</summary>
    private void Rewrite()
    {
        var kept = _calls.Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        Rewrite([.. ReadAll().Where(call => kept.Contains(call.CallId))]);
    }

    private void Rewrite(IReadOnlyList<JournaledCall> calls)
    {
        _file!.SetLength(0);
        foreach (var call in calls)
        {
            _file.Position = _file.Length;
            Write(BeginLine(call));
            if (call.HasEnded)
            {
                Write(EndLine(call.CallId, call.Result, call.Error));
            }
        }
    }
}
