using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Text;
using FleetBridge.Tests.Support;
using Serilog.Events;
using Serilog.Parsing;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class EditorRecordTests
{
    private static readonly DateTime Time = new(2022, 11, 5, 10, 22, 33, 123, DateTimeKind.Local);

    [Fact]
    public void Record_is_spelled_to_the_byte() => Assert.Equal(
        """{"time": "2022-11-05 10:22:33,123", "name": "aws_backend", "level": "INFO", "message": "Fleet made."}""",
        Text(Encode("Fleet made.", "aws_backend")));

    [Fact]
    public void Event_is_a_record_in_local_time_with_its_source_and_level()
    {
        var timestamp = new DateTimeOffset(2022, 1, 5, 1, 2, 3, 4, TimeSpan.FromHours(-7));
        var record = Text(Encode(Event("Fleet made.", LogEventLevel.Warning, timestamp, source: "aws")));
        Assert.Equal(
            $$"""{"time": "{{timestamp.LocalDateTime:yyyy-MM-dd HH:mm:ss,fff}}", "name": "aws", "level": "WARNING", "message": "Fleet made."}""",
            record);
    }

    [Theory]
    [InlineData(LogEventLevel.Verbose, "DEBUG")]
    [InlineData(LogEventLevel.Debug, "DEBUG")]
    [InlineData(LogEventLevel.Information, "INFO")]
    [InlineData(LogEventLevel.Warning, "WARNING")]
    [InlineData(LogEventLevel.Error, "ERROR")]
    [InlineData(LogEventLevel.Fatal, "CRITICAL")]
    public void Level_has_the_editors_name(LogEventLevel level, string name) =>
        Assert.Contains($"\"level\": \"{name}\"", Text(Encode(Event("x", level))), StringComparison.Ordinal);

    [Theory]
    [InlineData("aws_backend", "aws_backend")]
    [InlineData("FleetBridge.Hosting.BackendHost", "fleetbridge")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "fleetbridge")]
    [InlineData(null, "fleetbridge")]
    public void Name_is_the_backends_or_the_bridges(string? source, string name) =>
        Assert.Equal(name, EventRenderer.Render(Event("x", source: source)).Name);

    [Theory]
    [InlineData("plain <Header>'text'</> & more/", "plain <Header>'text'</> & more/")]
    [InlineData("say \"hi\"", "say \\\"hi\\\"")]
    [InlineData("C:\\Games\\a", "C:\\\\Games\\\\a")]
    [InlineData("a\nb\r\tc", @"a\\nb\\r\\tc")]
    [InlineData("\0\u001b\u007f\u202e", @"\\u0000\\u001b\\u007f\\u202e")]
    [InlineData("é€\u2028\uffff", @"\u00e9\u20ac\\u2028\uffff")]
    [InlineData("😀", "\\ud83d\\ude00")]
    [InlineData("", "")]
    public void Text_is_escaped_into_ascii(string text, string escaped) =>
        Assert.EndsWith($"\"message\": \"{escaped}\"}}", Text(Encode(text)), StringComparison.Ordinal);

    [Fact]
    public void Half_of_a_pair_is_shown_as_its_number()
    {
        // not as cases of the theory above: the test platform would replace them on their way here
        Assert.Equal(@"a\ud83d", RoundTrip("a\ud83d"));
        Assert.Equal(@"\ude00b", RoundTrip("\ude00b"));
        Assert.Equal(@"\ude00\ud83d", RoundTrip("\ude00\ud83d"));
        Assert.Equal(@"\ud83d" + "😀", RoundTrip("\ud83d😀"));
    }

    [Fact]
    public void Every_visible_character_survives_a_json_parser()
    {
        var all = new StringBuilder();
        for (var scalar = 0; scalar <= 0x10FFFF; scalar += scalar < 0x3000 ? 1 : 257)
        {
            if (scalar is < 0xD800 or > 0xDFFF)
            {
                all.Append(char.ConvertFromUtf32(scalar));
            }
        }

        Assert.Equal(VisibleText.Of(all.ToString()), RoundTrip(all.ToString()));
    }

    [Fact]
    public void Pairs_survive_wherever_the_text_is_sliced()
    {
        for (var offset = 0; offset < 520; offset++)
        {
            var text = new string('é', offset) + string.Concat(Enumerable.Repeat("😀", 300)) + new string('z', offset);
            Assert.Equal(text, RoundTrip(text));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("😀")]
    [InlineData("\0")]
    [InlineData("ab\"")]
    public void Message_of_2_mib_is_cut_and_says_so(string unit)
    {
        var text = VisibleText.Of(string.Concat(Enumerable.Repeat(unit, 2 * 1024 * 1024 / unit.Length)));
        var bytes = Encode(text);
        Assert.InRange(bytes.Length, EditorRecord.MostBytes - 4096, EditorRecord.MostBytes);
        Assert.DoesNotContain(bytes, value => value is < 0x20 or > 0x7E);
        var message = (string)JsonNode.Parse(bytes)!["message"]!;
        var mark = message.LastIndexOf(" ... (", StringComparison.Ordinal);
        Assert.EndsWith(" more characters: see the log file)", message, StringComparison.Ordinal);
        Assert.Equal(text[..mark], message[..mark]);
        Assert.Equal(text.Length, mark + int.Parse(message[(mark + 6)..].Split(' ')[0], null));
    }

    [Fact]
    public void Message_that_just_fits_is_whole_and_one_more_is_cut()
    {
        var frame = Encode("").Length;
        var most = EditorRecord.MostBytes - 1024 - frame + 2;
        Assert.Equal(new string('x', most), RoundTrip(new string('x', most)));
        Assert.EndsWith("x ... (1 more characters: see the log file)", RoundTrip(new string('x', most + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_or_odd_name_is_kept_within_bounds()
    {
        var record = JsonNode.Parse(Encode("text", "é\"" + new string('n', 1_000_000)))!;
        Assert.Equal("é\"" + new string('n', 198), (string?)record["name"]);
        Assert.Equal("text", (string?)record["message"]);
    }

    [Fact]
    public void Exception_is_appended_to_the_message()
    {
        var record = JsonNode.Parse(Encode(
            Event("It broke.", exception: new InvalidOperationException("on purpose"))))!.AsObject();
        Assert.Equal(["time", "name", "level", "message"], record.Select(member => member.Key));
        Assert.Equal(@"It broke.\nSystem.InvalidOperationException: on purpose", (string?)record["message"]);
    }

    [Fact]
    public void Exception_whose_text_throws_is_still_a_record()
    {
        var record = JsonNode.Parse(Encode(Event("It broke.", exception: new UnprintableException())))!;
        Assert.Equal(
            @"It broke.\nFleetBridge.Tests.Support.UnprintableException (it has no text: System.NotSupportedException)",
            (string?)record["message"]);
    }

    [Fact]
    public void Values_of_the_bridges_messages_are_not_quoted() => Assert.Equal(
        "Port 8000 of C:\\Games is \"taken\".",
        EventRenderer.Render(new LogEvent(
            default,
            LogEventLevel.Error,
            null,
            new MessageTemplateParser().Parse("Port {Port} of {Folder} is {How}."),
            [
                new("Port", new ScalarValue(8000)),
                new("Folder", new ScalarValue("C:\\Games")),
                new("How", new ScalarValue("\"taken\"")),
            ])).Text);

    private static LogEvent Event(
        string text,
        LogEventLevel level = LogEventLevel.Information,
        DateTimeOffset timestamp = default,
        string? source = null,
        Exception? exception = null) => new(
            timestamp == default ? TimeProvider.System.GetLocalNow() : timestamp,
            level,
            exception,
            new MessageTemplateParser().Parse(text),
            source is null ? [] : [new LogEventProperty("SourceContext", new ScalarValue(source))]);

    private static byte[] Encode(LogEvent logEvent) => Encode(EventRenderer.Render(logEvent));

    private static byte[] Encode(string text, string name = "n") => Encode(new LogRecord(Time, LogEventLevel.Information, name, text));

    private static byte[] Encode(LogRecord record)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EditorRecord.Write(bytes, record);
        return bytes.WrittenSpan.ToArray();
    }

    private static string RoundTrip(string text) =>
        (string)JsonNode.Parse(Encode(text))!["message"]!;

    private static string Text(byte[] record)
    {
        Assert.DoesNotContain(record, value => value is < 0x20 or > 0x7E);
        return Encoding.ASCII.GetString(record);
    }
}
