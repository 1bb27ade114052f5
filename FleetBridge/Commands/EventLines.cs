using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FleetBridge.Core.Processes;

namespace FleetBridge.Commands;

/// <summary>Turns server-sent events back into the lines that a server has printed.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class EventLines(Stream output)
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private bool _isError;
    private bool _hasData;

    /// <summary>Copies until the stream ends.</summary>
    /// <exception cref="UserException">The host says why it has ended.</exception>
    public async Task CopyAsync(Stream events, CancellationToken cancellation)
    {
        var reader = PipeReader.Create(events);
        while (true)
        {
            var read = await ReadAsync(reader, cancellation).ConfigureAwait(false);
            var buffer = read.Buffer;
            string? error = null;
            while (error is null && buffer.PositionOf((byte)'\n') is { } end)
            {
                error = Take(buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            await output.WriteAsync(_lines.WrittenMemory, cancellation).ConfigureAwait(false);
            await output.FlushAsync(cancellation).ConfigureAwait(false);
            _lines.ResetWrittenCount();
            if (error is not null)
            {
                throw new UserException(ExitCode.Unreachable, error);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw FleetClient.Cut(exception);
        }
    }

    /// <summary>Takes a line of the stream.</summary>
    /// <returns>Why the host has ended it; null while it has not.</returns>
    private string? Take(in ReadOnlySequence<byte> line)
    {
        var bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (bytes.IsEmpty)
        {
            if (_hasData)
            {
                _lines.Write("\n"u8);
            }

            _hasData = false;
        }
        else if (bytes.StartsWith("event: error"u8))
        {
            _isError = true;
        }
        else if (bytes.StartsWith("data: "u8))
        {
            var data = bytes["data: "u8.Length..];
            if (_isError)
            {
                return Encoding.UTF8.GetString(data);
            }

            if (_hasData)
            {
                // a carriage return within the line: the format has line breaks alone
                _lines.Write("\r"u8);
            }

            _lines.Write(data);
            _hasData = true;
        }

        return null;
    }
}
