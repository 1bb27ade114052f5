using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Core.Text;

namespace FleetBridge.Output;

/// <summary>A terminal in which others' lines run by above the line that a person types.</summary>
/// <param name="output">The terminal.</param>
/// <param name="width">How many columns it has now.</param>
internal sealed partial class LineConsole(TextWriter output, Func<int> width) : Stream
{
    private const string Prompt = "> ";
    private const int UnknownWidth = 80;
    private const string ClearLine = "\r\e[K";

    private readonly Lock _lock = new();
    private readonly LineEditor _editor = new();
    private readonly List<byte> _unfinished = [];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Takes a key and shows the line.</summary>
    public LineEdit Take(ConsoleKeyInfo key, out string entered)
    {
        lock (_lock)
        {
            var edit = _editor.Take(key, out entered);
            if (edit == LineEdit.Left)
            {
                output.Write(ClearLine);
                output.Flush();
            }
            else
            {
                Draw();
            }

            return edit;
        }
    }

    /// <summary>Shows the line that is typed.</summary>
    public void Show()
    {
        lock (_lock)
        {
            Draw();
        }
    }

    /// <summary>Writes a line of our own.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            output.Write($"{ClearLine}{line}\n");
            Draw();
        }
    }

    /// <summary>Writes what a server has printed. Colours stay; what else would steer the terminal is shown as text.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            var shown = new StringBuilder();
            while (buffer.IndexOf((byte)'\n') is var end and >= 0)
            {
                _unfinished.AddRange(buffer[..end]);
                shown.Append(ClearLine).Append(Visible(Encoding.UTF8.GetString([.. _unfinished]).TrimEnd('\r'))).Append('\n');
                _unfinished.Clear();
                buffer = buffer[(end + 1)..];
            }

            _unfinished.AddRange(buffer);
            if (shown.Length > 0)
            {
                output.Write(shown);
                Draw();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush() => output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>A line with its colours, and nothing else that a terminal obeys.</summary>
    internal static string Visible(string line)
    {
        var (shown, start) = (new StringBuilder(), 0);
        foreach (var colour in Colours.EnumerateMatches(line))
        {
            shown.Append(VisibleText.Of(line[start..colour.Index])).Append(line, colour.Index, colour.Length);
            start = colour.Index + colour.Length;
        }

        shown.Append(VisibleText.Of(line[start..]));
        return start > 0 ? shown.Append("\e[0m").ToString() : shown.ToString();
    }

    /// <summary>Of a line that is longer than the terminal is wide, the part around the cursor.</summary>
    private void Draw()
    {
        var columns = width();
        var room = Math.Max(8, (columns > 0 ? columns : UnknownWidth) - Prompt.Length - 1);
        var start = Math.Max(0, _editor.Position - room);
        var text = _editor.Text[start..Math.Min(_editor.Text.Length, start + room)];
        var back = start + text.Length - _editor.Position;
        output.Write($"{ClearLine}{Prompt}{VisibleText.Of(text)}{(back > 0 ? $"\e[{back}D" : "")}");
        output.Flush();
    }

    [GeneratedRegex(@"\e\[[0-9;]{0,32}m")]
    private static partial Regex Colours { get; }
}
