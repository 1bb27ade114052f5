using FleetBridge.Output;

namespace FleetBridge.Tests.Unit.Output;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();
    private readonly List<string> _entered = [];

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc<LeftArrow><LeftArrow>x", "ax|bc")]
    [InlineData("abc<Home><Delete>", "|bc")]
    [InlineData("abc<LeftArrow><Backspace>", "a|c")]
    [InlineData("abc<^A>x<^E>y", "xabcy|")]
    [InlineData("abc def<LeftArrow><^U>", "|f")]
    [InlineData("abc def<Home><RightArrow><^K>", "a|")]
    [InlineData("abc def  <^W>", "abc |")]
    [InlineData("<Backspace><LeftArrow><Delete><RightArrow>", "|")]
    [InlineData("one<Enter>two<Enter>thr<UpArrow>", "two|")]
    [InlineData("one<Enter>two<Enter>thr<UpArrow><UpArrow><UpArrow>", "one|")]
    [InlineData("one<Enter>two<Enter>thr<UpArrow><UpArrow><DownArrow><DownArrow>", "thr|")]
    [InlineData("one<Enter>one<Enter><UpArrow><UpArrow>", "one|")]
    [InlineData("one<Enter>two<^P>x", "onex|")]
    [InlineData("abc<^C>", "|")]
    public void Keys_edit_the_line_as_in_a_shell(string keys, string line)
    {
        Type(keys);

        Assert.Equal(line, _editor.Text.Insert(_editor.Position, "|"));
    }

    [Fact]
    public void Only_the_two_keys_in_a_row_leave()
    {
        Assert.NotEqual(LineEdit.Left, Type("abc<^Q>"));
        Assert.NotEqual(LineEdit.Left, Type("<^P>x<^Q>"));
        Assert.Equal(LineEdit.Interrupted, Type("<^C>"));
        Assert.Equal(LineEdit.Left, Type("<^P><^Q>"));
        Assert.Empty(_entered);
    }

    [Fact]
    public void Entered_line_is_told()
    {
        Type("say hello<Enter><Enter>");

        Assert.Equal(["say hello", ""], _entered);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[31mred\e[0m text", "\e[31mred\e[0m text\e[0m")]
    [InlineData("\e[2Jclear \a bell", "\\u001b[2Jclear \\u0007 bell")]
    public void Colours_of_a_server_stay_and_nothing_else_steers_the_terminal(string line, string shown) =>
        Assert.Equal(shown, LineConsole.Visible(line));

    private LineEdit Type(string keys)
    {
        var last = LineEdit.Changed;
        while (keys.Length > 0)
        {
            var end = keys[0] == '<' ? keys.IndexOf('>', StringComparison.Ordinal) + 1 : 1;
            last = _editor.Take(KeyOf(keys[..end]), out var entered);
            if (last == LineEdit.Entered)
            {
                _entered.Add(entered);
            }

            keys = keys[end..];
        }

        return last;
    }

    private static ConsoleKeyInfo KeyOf(string key) => key switch
    {
        ['<', '^', var letter, '>'] => new ConsoleKeyInfo((char)(letter - '@'), Enum.Parse<ConsoleKey>($"{letter}"), false, false, control: true),
        ['<', ..] => new ConsoleKeyInfo('\0', Enum.Parse<ConsoleKey>(key[1..^1]), false, false, false),
        _ => new ConsoleKeyInfo(key[0], default, false, false, false),
    };
}
