using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Tests.Unit.Output;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("DEBUG", "90")]
    [InlineData("WARNING", "33")]
    [InlineData("ERROR", "31")]
    [InlineData("CRITICAL", "1;31")]
    public void Record_on_a_terminal_is_coloured_by_its_level(string level, string colour)
    {
        Assert.Equal($"\e[{colour}m12:00:00 {level,-8} aws Said\e[0m\e[K\n", Write(AnsiSupport.Yes, level, "Said"));
    }

    [Fact]
    public void Record_of_the_usual_level_has_no_colour() =>
        Assert.Equal("12:00:00 INFO     aws Said\e[K\n", Write(AnsiSupport.Yes, "INFO", "Said"));

    [Theory]
    [InlineData(true, "OnTerminals", "12:00:00 ERROR    aws Said\n")]
    [InlineData(true, "Never", "12:00:00 ERROR    aws Said\n")]
    [InlineData(true, "Always", "\e[31m12:00:00 ERROR    aws Said\e[0m\n")]
    [InlineData(false, "Never", "12:00:00 ERROR    aws Said")]
    public void Colours_are_where_they_were_asked_for(bool redirected, string colours, string shown)
    {
        using var text = new StringWriter();
        var console = Terminal.Open(text, redirected, Enum.Parse<ColourChoice>(colours));
        Terminal.WriteRecord("12:00:00", "ERROR", "aws", "Said", console);
        console.Write(new Table { Title = new TableTitle("Title") }.AddColumn("Name").AddRow(new Markup("[red]value[/]")));
        Assert.StartsWith(shown, text.ToString(), StringComparison.Ordinal);
        Assert.Equal(colours == "Always", text.ToString().Contains("\e[38;5;9mvalue", StringComparison.Ordinal) || text.ToString().Contains("\e[91mvalue", StringComparison.Ordinal));
    }

    [Fact]
    public void Record_in_a_file_is_plain() =>
        Assert.Equal("12:00:00 ERROR    aws Said [red]so[/]\n", Write(AnsiSupport.No, "ERROR", "Said [red]so[/]"));

    [Fact]
    public void Long_record_stays_one_line()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 200));
        Assert.Equal($"12:00:00 INFO     aws {text}\n", Write(AnsiSupport.No, "INFO", text));
    }

    [Theory]
    [InlineData("a\e]0;title\a\rb", @"a\u001b]0;title\u0007\rb")]
    [InlineData("a\u009b31mb", @"a\u009b31mb")]
    [InlineData("first\r\nsecond\tcolumn", @"first\r\nsecond\tcolumn")]
    [InlineData("a\u202egnp.exe", @"a\u202egnp.exe")]
    [InlineData("größe ゲーム", "größe ゲーム")]
    public void Text_of_a_record_cannot_steer_the_terminal(string message, string shown) =>
        Assert.Equal($"12:00:00 INFO     aws {shown}\n".ReplaceLineEndings("\n"), Write(AnsiSupport.No, "INFO", message));

    private static string Write(AnsiSupport ansi, string level, string message)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = ansi,
            ColorSystem = ansi == AnsiSupport.Yes ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        console.Profile.Capabilities.Interactive = ansi == AnsiSupport.Yes;
        Terminal.WriteRecord("12:00:00", level, "aws", message, console);
        return text.ToString().ReplaceLineEndings("\n");
    }
}
