using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Emulation.Signatures;

namespace Amazon.Emulation.Wire;

/// <summary>One call that reached a service.</summary>
internal sealed class AwsCall
{
    /// <summary>The service, as a signature names it.</summary>
    public required string Service { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The request's id, as the answer carries it.</summary>
    public required string RequestId { get; init; }

    /// <summary>Who called and for which region; null when there was no signature that holds.</summary>
    public SignedRequest? Signed { get; set; }

    /// <summary>The region; of a global service, the one it is signed for; of a call without a signature, the default one.</summary>
    public string Region => Signed?.Region ?? AwsEmulator.DefaultRegion;

    /// <summary>The input by the model's member names; empty where it could not be read.</summary>
    public JsonObject Input { get; set; } = [];

    /// <summary>The answer's status; 0 as long as there is none, or when the connection was cut.</summary>
    public int Status { get; set; }

    /// <summary>The answer's error code; null for success.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>A text of the input, or null.</summary>
    public string? Text(string member) => (string?)Input[member];

    /// <summary>A text that the model requires.</summary>
    public string Required(string member) => (string)Input[member]!;

    /// <summary>A number of the input, or null; whichever protocol it came by.</summary>
    public int? Number(string member) => Input[member] is { } number ? int.Parse(number.ToJsonString(), CultureInfo.InvariantCulture) : null;

    public override string ToString() => $"{Service}:{Operation} {Region} {Status} {ErrorCode}".TrimEnd();
}

/// <summary>The calls in the order in which they arrived.</summary>
internal sealed class CallLog
{
    private readonly Lock _lock = new();
    private readonly List<AwsCall> _calls = [];

    /// <summary>All of them, as of now.</summary>
    public IReadOnlyList<AwsCall> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The names of the operations, in order.</summary>
    public IReadOnlyList<string> Operations => [.. All.Select(call => call.Operation)];

    /// <summary>The calls of one operation.</summary>
    public IReadOnlyList<AwsCall> Of(string operation) => [.. All.Where(call => call.Operation == operation)];

    /// <summary>Records one.</summary>
    public void Add(AwsCall call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _calls.Clear();
        }
    }
}
