using System.Buffers;
using System.Text;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>
/// Writes bytes as server-sent events, one for each line. A line is passed on as it comes, so one of 10 MB needs no memory; a carriage
/// return within a line becomes a line break of the same event, as the format has it.
/// </summary>
/// <param name="output">Where to.</param>
internal sealed class LineEvents(IBufferWriter<byte> output)
{
    private bool _isInLine;
    private bool _wasReturn;

    /// <summary>Writes the next bytes of the log.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_wasReturn)
            {
                _wasReturn = false;
                if (bytes[0] != (byte)'\n')
                {
                    output.Write("\ndata: "u8);
                }
            }

            if (!_isInLine)
            {
                _isInLine = true;
                output.Write("data: "u8);
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            output.Write(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }

            if (bytes[end] == (byte)'\r')
            {
                _wasReturn = true;
            }
            else
            {
                output.Write("\n\n"u8);
                _isInLine = false;
            }

            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Ends the stream with a reason.</summary>
    public void End(string reason)
    {
        output.Write(_isInLine ? "\n\nevent: error\ndata: "u8 : "event: error\ndata: "u8);
        output.Write(Encoding.UTF8.GetBytes(reason.ReplaceLineEndings(" ")));
        output.Write("\n\n"u8);
        _isInLine = false;
    }
}
