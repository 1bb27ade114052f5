using System.Text;
using FleetBridge.Unreal;

namespace FleetBridge.Tests.Unit.Unreal;

/// <summary>Cases of the engine's own tests of <c>FParse::LineExtended</c>, and what its code does beyond them.</summary>
public sealed class IniTextTests
{
    [Theory]
    [InlineData("a\r\nb\rc\nd", "a", "b", "c", "d")]
    [InlineData("Line1\\\nLine2\nx", "Line1 Line2", "x")]
    [InlineData("Line1\\\r\nLine2\r\nx", "Line1 Line2", "x")]
    [InlineData("\"Line1\\\nLine2\"\nx", "\"Line1 Line2\"", "x")]
    [InlineData("Line1\\ \nx", "Line1\\ ", "x")]
    [InlineData("{Line1\nLine2}\nx", "Line1 Line2", "x")]
    [InlineData("a{b{c}d}e\nx", "abcde", "x")]
    [InlineData("{a\n\"b\"\r\nc}\nx", "a \"b\" c", "x")]
    [InlineData("a}b\nx", "a}b", "x")]
    [InlineData("\"{Line1\nLine2}\"\nx", "\"{Line1", "Line2}\"", "x")]
    [InlineData("Line1|Line2\nx", "Line1|Line2", "x")]
    [InlineData("Line//Comment\nx", "Line", "x")]
    [InlineData("Line;Comment\nx", "Line;Comment", "x")]
    [InlineData("\"http://a\" // b\nx", "\"http://a\" ", "x")]
    [InlineData("\"a\\\"//b\" // c\nx", "\"a\\\"//b\" ", "x")]
    [InlineData("\"D:\\\\Builds\\\\\"\nx", "\"D:\\\\Builds\\\\\"", "x")]
    [InlineData("D:\\Builds\\\nx", "D:\\Builds x")]
    [InlineData("// a \\\nb\nx", " ", "x")]
    [InlineData("; a \\\nb\nx", "; a  b", "x")]
    public void Lines_are_those_of_the_engine(string text, params string[] lines) => Assert.Equal(lines, IniText.Lines(text));

    [Theory]
    [InlineData("D:/Builds/WindowsServer", "D:/Builds/WindowsServer")]
    [InlineData("D:\\Builds\\", "\"D:\\\\Builds\\\\\"")]
    [InlineData("//server/share", "\"//server/share\"")]
    [InlineData("\\\\server\\share", "\\\\server\\share")]
    [InlineData("/x/{a}", "\"/x/{a}\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("a\t", "\"a\t\"")]
    [InlineData("\"a\"", "\"\\\"a\\\"\"")]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData("Tom's Game; 100 % = größer", "Tom's Game; 100 % = größer")]
    [InlineData("", "")]
    public void Value_is_in_quotes_where_the_engine_would_read_another_one(string value, string written)
    {
        Assert.Equal(written, IniText.Quote(value));
        Assert.Equal(value, IniText.Value(IniText.Lines($"{written}\nnext=x\n").FirstOrDefault("")));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void Encodings_of_the_engine_are_read_with_and_without_their_mark(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        const string Text = "[a]\r\nK=Größe ゲーム \U0001F600\r\n";
        Assert.Equal(Text, IniText.Decode([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)]));
    }

    [Fact]
    public void Latin_1_behind_the_mark_of_utf_8_is_named_too()
    {
        byte[] text = [.. Encoding.UTF8.GetPreamble(), .. Encoding.Latin1.GetBytes("K=Größe")];
        Assert.Contains("Latin-1", Assert.Throws<InvalidDataException>(() => IniText.Decode(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ends_at_the_first_nul_as_with_the_engine() => Assert.Equal("K=a", IniText.Decode("K=a\0b\nK=c\n"u8.ToArray()));

    [Fact]
    public void Megabytes_of_joined_lines_and_of_one_quoted_line_are_read_once()
    {
        const int Count = 2 * 1024 * 1024;
        var joined = new StringBuilder().Insert(0, "a\\\n", Count).ToString();
        Assert.Equal(2 * Count, Assert.Single(IniText.Lines(joined)).Length);
        Assert.Equal(Count, IniText.Value($"\"{new StringBuilder().Insert(0, "\\\\", Count)}\"").Length);
    }
}
