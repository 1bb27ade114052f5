using System.Globalization;
using System.Text;

namespace Amazon.Emulation.S3;

/// <summary>
/// Takes the <c>aws-chunked</c> encoding off a body ("Signature calculations for the Authorization header: transferring
/// payload in multiple chunks" in S3's API reference), with or without signatures and trailers. The signatures of chunks
/// are not checked here.
/// </summary>
internal sealed class S3ChunkedBody
{
    private const int LongestLine = 4096;

    private readonly List<byte> _line = [];
    private State _state = State.Size;
    private long _left;

    private enum State
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        Done,
    }

    /// <summary>What stood behind the data, by its name in lower case.</summary>
    public Dictionary<string, string> Trailers { get; } = [];

    /// <summary>Whether the end was there.</summary>
    public bool IsComplete => _state == State.Done;

    /// <summary>Continues to decode.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="content">Takes the data in it.</param>
    public void Feed(ReadOnlySpan<byte> bytes, S3Content content)
    {
        while (!bytes.IsEmpty)
        {
            if (_state == State.Data)
            {
                var length = (int)Math.Min(_left, bytes.Length);
                content.Add(bytes[..length]);
                bytes = bytes[length..];
                _left -= length;
                _state = _left == 0 ? State.DataEnd : State.Data;
                continue;
            }

            var end = bytes.IndexOf((byte)'\n');
            _line.AddRange(end < 0 ? bytes : bytes[..end]);
            Demand(_line.Count < LongestLine);
            if (end < 0)
            {
                return;
            }

            bytes = bytes[(end + 1)..];
            Demand(_line.Count > 0 && _line[^1] == '\r');
            var line = Encoding.ASCII.GetString([.. _line[..^1]]);
            _line.Clear();
            Take(line);
        }
    }

    private void Take(string line)
    {
        switch (_state)
        {
            case State.Size:
                Demand(long.TryParse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left));
                _state = _left == 0 ? State.Trailers : State.Data;
                break;
            case State.DataEnd:
                Demand(line.Length == 0);
                _state = State.Size;
                break;
            case State.Trailers when line.Length == 0:
                _state = State.Done;
                break;
            case State.Trailers:
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                Demand(colon > 0);
                Trailers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
                break;
            default:
                Demand(false);
                break;
        }
    }

    private static void Demand(bool condition)
    {
        if (!condition)
        {
            throw new S3Exception(400, "InvalidRequest", "The body is not in the aws-chunked encoding that it claims.");
        }
    }
}
