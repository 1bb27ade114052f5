using System.CommandLine;
using FleetBridge.Commands;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Options;

namespace FleetBridge.Tests.Unit.Options;

/// <summary>Every option and argument of every command with values that nobody meant.</summary>
public sealed class OddValuesTests
{
    private const int LongestLine = 500;

    public static TheoryData<string> Values =>
    [
        "", " ", "/", "\\", "@x", "@", "-", "--", "-x", "[x]", "=", "a=b", "0", "-1", "1e400", "99999999999999999999", "NaN", "true",
        "localhost:8000", "http://", "http://[", "://", "..", "~", "%", "%00", "{", "{x", "a\nb", "a\r\nb", "\e[31mred", "\u202egnp.exe", "\ufffd", "\ud800", "ß",
        "C:\\x", "\\\\host\\share", new string('a', 10_000), new string('9', 10_000), new string('/', 10_000),
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Odd_value_is_read_or_refused_in_one_line(string value)
    {
        await using var session = new CliSession();
        var root = CommandLine.Build(session, []);
        var tried = 0;
        foreach (var (path, command) in Walk(root, []))
        {
            foreach (var option in command.Options)
            {
                Try(root, [.. path, option.Name, value], option);
                Try(root, [.. path, $"{option.Name}={value}"], option);
                tried++;
            }

            Try(root, [.. path, value], null);
        }

        Assert.InRange(tried, 100, int.MaxValue);
    }

    [Theory]
    [InlineData("config", "\0")]
    [InlineData("--log-file", "a\0b")]
    public void NUL_is_refused_before_anything_reads_it(params string[] args)
    {
        var exception = Assert.Throws<UserException>(() => Grammar.Check(args));
        Assert.Equal(ExitCode.Usage, exception.Code);
        Assert.Contains("NUL", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chekc fleet", "Unrecognized command or argument 'chekc'. Did you mean 'check'?")]
    [InlineData("config --projcet nightly", "Unrecognized command or argument '--projcet'. Did you mean '--project'?")]
    [InlineData("config --jsn", "Unrecognized command or argument '--jsn'. Did you mean '--json'?")]
    [InlineData("check fleet --wiat", "Unrecognized option '--wiat'. Did you mean '--wait'?")]
    [InlineData("check fleet --nothing-like-it", "Unrecognized option '--nothing-like-it'.")]
    [InlineData("unreal instal x", "Unrecognized command or argument 'instal'. Did you mean 'install'?")]
    [InlineData("backends --url", "Required argument missing for option: '--url'.")]
    [InlineData("backends --url notaurl", "'notaurl' is not the address of a bridge, such as http://localhost:8000.")]
    [InlineData("logs --websocket-port 0", "'0' is not a port (a number from 1 to 65535).")]
    [InlineData("serve --http-port https", "'https' is not a port (a number from 0 to 65535).")]
    [InlineData("backends --log-level warn", "'warn' is not a level: use debug, info, warning or error.")]
    [InlineData("host --sdk-endpoint http", "'http' is not a kind of WebSocket: use wss or ws.")]
    [InlineData("completion cmd", "'cmd' is not a shell: use bash, zsh, fish or pwsh.")]
    [InlineData("check fleet --wait-limit soon", "'soon' is not a number of minutes above 0 and up to 10080.")]
    public async Task Mistake_is_one_line_that_says_what_would_be_right(string line, string expected)
    {
        await using var session = new CliSession();
        var parsed = CommandLine.Build(session, []).Parse(line.Split(' '), Grammar.Rules);
        Assert.Equal([expected], UsageErrors.LinesOf(parsed));
    }

    private static void Try(RootCommand root, string[] args, Option? option)
    {
        var parsed = root.Parse(args, Grammar.Rules);
        if (!UsageErrors.Has(parsed))
        {
            if (option is not null)
            {
                _ = parsed.GetResult(option)?.GetValueOrDefault<object?>();
            }

            return;
        }

        var lines = UsageErrors.LinesOf(parsed).Select(VisibleText.Of).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 5, LongestLine));
        Assert.All(lines, line => Assert.DoesNotContain(line, letter => char.IsControl(letter)));
        Assert.All(lines, line => Assert.DoesNotContain("Exception", line, StringComparison.Ordinal));
    }

    private static IEnumerable<(string[] Path, Command Command)> Walk(Command command, string[] path) =>
        command.Subcommands.SelectMany(sub => Walk(sub, [.. path, sub.Name])).Prepend((path, command));
}
