using FleetBridge.Core.Logs;
using FleetBridge.Core.Security;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class BackendConsoleTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Theory]
    [InlineData(8_150)]
    [InlineData(8_180)]
    [InlineData(8_192)]
    [InlineData(65_490)]
    [InlineData(65_510)]
    [InlineData(65_530)]
    [InlineData(65_536)]
    [InlineData(131_050)]
    public void Secret_in_a_long_line_is_hidden_wherever_the_line_is_cut(int before)
    {
        foreach (var text in (string[])[$"aws_secret_access_key={Secret} end", $"\"SecretAccessKey\": \"{Secret}\" end", $"http://me:{Secret.Replace('/', '_')}@proxy end"])
        {
            var filler = string.Concat(Enumerable.Repeat("word ", before / 5)) + new string('x', before % 5);
            var lines = Print($"{filler} {text}");
            var all = string.Concat(lines.Select(line => line["Information ".Length..]));
            Assert.DoesNotContain("bPxRfiCY", all, StringComparison.Ordinal);
            Assert.EndsWith(" end", all, StringComparison.Ordinal);
            Assert.True(lines.Max(line => line.Length) < 8_300);
        }
    }

    [Fact]
    public void Line_without_spaces_is_cut_too()
    {
        var lines = Print(new string('x', 200_000));
        Assert.Equal(200_000, lines.Sum(line => line.Length - "Information ".Length));
        Assert.True(lines.Max(line => line.Length) < 8_300);
    }

    private static List<string> Print(string line)
    {
        var log = new RedactingLog();
        using (BackendConsole.LogTo(log))
        {
            // in pieces, as a backend may
            for (var at = 0; at < line.Length; at += 1_000)
            {
                Console.Out.Write(line.AsSpan(at, Math.Min(1_000, line.Length - at)));
            }

            Console.WriteLine();
        }

        return log.Lines;
    }

    /// <summary>A backend's logger, whose records are read back.</summary>
    private sealed class RedactingLog : ILogger
    {
        private readonly RecordRedaction _redaction = new();

        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add($"{logLevel} {_redaction.Clean(formatter(state, exception))}");
    }
}
