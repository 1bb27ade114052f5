using FleetBridge.Core.Requests;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Requests;

public sealed class RepeatedMessagesTests
{
    [Theory]
    [InlineData("a b|a b c|a b c|d", "a b c d")]
    [InlineData("a|b|a", "a b a")]
    [InlineData("a||a", "a a")]
    [InlineData("a a", "a a")]
    public void What_the_request_before_has_said_is_left_out(string rounds, string logged)
    {
        var log = new ListLogger();
        var repeated = new RepeatedMessages();
        var filtered = repeated.Filter(log);
        foreach (var round in rounds.Split('|'))
        {
            repeated.Next();
            foreach (var message in round.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                filtered.Log(LogLevel.Information, default, message, null, (text, _) => text);
            }
        }

        Assert.Equal(logged.Split(' '), log.Messages);
    }

    [Fact]
    public void Same_text_of_another_level_is_another_message()
    {
        var log = new ListLogger();
        var repeated = new RepeatedMessages();
        var filtered = repeated.Filter(log);
        filtered.Log(LogLevel.Information, default, "a", null, (text, _) => text);
        repeated.Next();
        filtered.Log(LogLevel.Warning, default, "a", null, (text, _) => text);
        Assert.Equal(["a", "a"], log.Messages);
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
