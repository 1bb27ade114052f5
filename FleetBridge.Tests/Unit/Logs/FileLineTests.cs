using System.Buffers;
using System.Globalization;
using System.Text;
using FleetBridge.Core.Logs;
using Serilog.Events;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class FileLineTests
{
    [Fact]
    public void Line_has_time_level_name_and_text_in_utf8()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var record = new LogRecord(new DateTime(2026, 1, 5, 1, 2, 3, 4), LogEventLevel.Warning, "aws", "café 😀\nsecond");
        FileLine.Write(bytes, record);
        FileLine.Write(bytes, record);
        var line = $"2026-01-05 01:02:03,004 WARNING aws café 😀\\nsecond{Environment.NewLine}";
        Assert.Equal(line + line, Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    [Fact]
    public void Time_is_spelled_as_the_framework_would()
    {
        var random = new Random(3);
        Span<byte> bytes = stackalloc byte[RecordTime.Length];
        for (var i = 0; i < 1_000; i++)
        {
            var time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks));
            RecordTime.Write(bytes, time);
            Assert.Equal(time.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture), Encoding.ASCII.GetString(bytes));
        }
    }
}
