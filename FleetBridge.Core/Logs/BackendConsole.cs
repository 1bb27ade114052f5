using System.Buffers;
using System.Text;
using FleetBridge.Core.Security;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// What backends write to the console becomes records of their log. The program's own standard output is for results and
/// for the announcement of its ports, and its reader may stop reading: then a write would wait forever.
/// </summary>
internal sealed partial class BackendConsole : TextWriter
{
    private const int LongestRecord = 8192;

    /// <summary>A longer line is not waited for to its end.</summary>
    private const int LongestLine = 64 * 1024;

    /// <summary>How far back from the end of such a piece a word may begin: longer than a session token.</summary>
    private const int LongestWord = 8192;

    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r,;\"'<>{}&");
    private static readonly AsyncLocal<Lines?> Current = new();
    private static readonly Lazy<OwnStreams> Streams = new(Install);

    private readonly TextWriter _stream;
    private readonly LogLevel _level;

    private BackendConsole(TextWriter stream, LogLevel level)
    {
        _stream = stream;
        _level = level;
    }

    /// <summary>The program's own standard output.</summary>
    public static ProgramOutput StandardOutput => Streams.Value.Out;

    /// <summary>The program's own standard error.</summary>
    public static ProgramOutput StandardError => Streams.Value.Error;

    public override Encoding Encoding => _stream.Encoding;

    /// <summary>From here on, what this flow of calls writes to the console is logged, one record per line.</summary>
    /// <returns>Ends that; a last line without a line break is logged, too.</returns>
    public static IDisposable LogTo(ILogger logger)
    {
        _ = Streams.Value;
        return Current.Value = new Lines(logger, Current.Value);
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (Current.Value is { } lines)
        {
            lines.Add(_level, buffer);
        }
        else
        {
            _stream.Write(buffer);
        }
    }

    public override void Flush()
    {
        if (Current.Value is null)
        {
            _stream.Flush();
        }
    }

    private static OwnStreams Install()
    {
        var streams = new OwnStreams(new ProgramOutput(Console.Out), new ProgramOutput(Console.Error));
        Console.SetOut(new BackendConsole(streams.Out, LogLevel.Information));
        Console.SetError(new BackendConsole(streams.Error, LogLevel.Warning));
        return streams;
    }

    private sealed record OwnStreams(ProgramOutput Out, ProgramOutput Error);

    /// <summary>The lines of one flow of calls, which may have several threads.</summary>
    /// <param name="outer">Where lines go when this flow has ended.</param>
    private sealed partial class Lines(ILogger logger, Lines? outer) : IDisposable
    {
        private readonly Lock _lock = new();
        private Dictionary<LogLevel, StringBuilder>? _begun;

        public void Add(LogLevel level, ReadOnlySpan<char> text)
        {
            lock (_lock)
            {
                _begun ??= [];
                if (!_begun.TryGetValue(level, out var line))
                {
                    _begun[level] = line = new StringBuilder();
                }

                foreach (var letter in text)
                {
                    if (letter == '\n')
                    {
                        End(level, line);
                    }
                    else if (line.Append(letter).Length == LongestLine)
                    {
                        EndPiece(level, line);
                    }
                }
            }
        }

        public void Dispose()
        {
            Current.Value = outer;
            lock (_lock)
            {
                foreach (var (level, line) in _begun ?? [])
                {
                    End(level, line);
                }
            }
        }

        /// <summary>Ends a piece of a long line between two words, so that no secret is half in this one and half in the next.</summary>
        private void EndPiece(LogLevel level, StringBuilder line)
        {
            var text = line.ToString();
            var word = text.AsSpan().LastIndexOfAny(WordEnds) + 1;
            var rest = word >= text.Length - LongestWord ? text[word..] : "";
            line.Length -= rest.Length;
            End(level, line);
            line.Append(rest);
        }

        private void End(LogLevel level, StringBuilder line)
        {
            var text = line.ToString().TrimEnd();
            line.Clear();

            // what is hidden is hidden before the line is cut into records
            text = text.Length > LongestRecord ? Redaction.Clean(text) : text;
            while (text.Length > LongestRecord)
            {
                var length = char.IsHighSurrogate(text[LongestRecord - 1]) ? LongestRecord - 1 : LongestRecord;
                LogLine(level, text[..length]);
                text = text[length..];
            }

            if (text.Length > 0)
            {
                LogLine(level, text);
            }
        }

        [LoggerMessage(Message = "{Line}")]
        private partial void LogLine(LogLevel level, string line);
    }
}
