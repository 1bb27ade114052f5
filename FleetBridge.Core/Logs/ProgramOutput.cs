using System.Text;
using FleetBridge.Backends.Files;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The program's standard output or standard error. One that cannot be written (the disk is full, or it was closed) ends nothing: what is
/// written from then on is kept for whoever says so in the end. A reader that has gone is no problem: it has read enough.
/// </summary>
/// <param name="stream">The stream.</param>
internal sealed class ProgramOutput(TextWriter stream) : TextWriter
{
    private const int MostKept = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _unwritten = new();
    private Action<string, string>? _report;
    private string? _problem;

    public override Encoding Encoding => stream.Encoding;

    /// <summary>Why something could not be written; null when nothing is missing, or when that has been reported.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _report is null && !string.IsNullOrWhiteSpace(_unwritten.ToString()) ? _problem : null;
            }
        }
    }

    /// <summary>Whether the process was started without it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>From here on, what cannot be written is reported instead.</summary>
    /// <param name="report">Is told why, and the lines.</param>
    public void ReportTo(Action<string, string> report)
    {
        lock (_lock)
        {
            _report = report;
            Report();
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            if (_problem is null)
            {
                try
                {
                    stream.Write(buffer);
                    return;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
                {
                    // the framework's exception for a descriptor that is none, or none to write to
                    IsClosed = exception is not IOException;
                    _problem = IsClosed ? "it is closed" : FileProblem.Describe(exception);
                }
            }

            _unwritten.Append(buffer[..Math.Min(buffer.Length, MostKept - _unwritten.Length)]);
            Report();
        }
    }

    public override void Flush()
    {
        // each write is flushed by the stream itself
    }

    /// <summary>Called with the lock held: whole lines only.</summary>
    private void Report()
    {
        if (_report is null || _problem is null)
        {
            return;
        }

        var text = _unwritten.ToString();
        if (text.LastIndexOf('\n') is var end and >= 0)
        {
            _unwritten.Remove(0, end + 1);
            _report(_problem, text[..end].TrimEnd());
        }
    }
}
