using System.Buffers;
using System.Text;

namespace FleetBridge.Core.Logs;

/// <summary>A record as a line of the log file: <c>2026-11-05 10:22:33,123 INFO aws_backend text</c>.</summary>
internal static class FileLine
{
    private static readonly byte[] End = Encoding.UTF8.GetBytes(Environment.NewLine);

    /// <summary>Writes the line in UTF-8.</summary>
    public static void Write(IBufferWriter<byte> to, LogRecord record)
    {
        RecordTime.Write(to.GetSpan(RecordTime.Length), record.LocalTime);
        to.Advance(RecordTime.Length);
        Word(to, record.LevelName);
        Word(to, record.Name);
        Word(to, record.Text);
        to.Write(End);
    }

    private static void Word(IBufferWriter<byte> to, string word)
    {
        to.Write(" "u8);
        Encoding.UTF8.GetBytes(word, to);
    }
}
