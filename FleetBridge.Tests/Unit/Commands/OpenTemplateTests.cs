using System.Text.Json.Nodes;
using FleetBridge.Commands;

namespace FleetBridge.Tests.Unit.Commands;

/// <summary>The command that <c>session join --open</c> runs.</summary>
public sealed class OpenTemplateTests
{
    private static readonly JsonObject Player = new()
    {
        ["IpAddress"] = "127.0.0.1",
        ["Port"] = 7777,
        ["PlayerSessionId"] = "psess-1",
        ["GameSessionId"] = "arn:1",
        ["PlayerId"] = "a \"b\"; rm -rf",
    };

    [Theory]
    [InlineData("game", new[] { "game", "127.0.0.1:7777?PlayerSessionId=psess-1" })]
    [InlineData("game {connect} -game", new[] { "game", "127.0.0.1:7777?PlayerSessionId=psess-1", "-game" })]
    [InlineData("game -url={ip}:{port}", new[] { "game", "-url=127.0.0.1:7777" })]
    [InlineData("  game   {player_session_id}\t{game_session_id} ", new[] { "game", "psess-1", "arn:1" })]
    [InlineData("\"C:\\My Games\\game.exe\" 'open {connect}'", new[] { "C:\\My Games\\game.exe", "open 127.0.0.1:7777?PlayerSessionId=psess-1" })]
    [InlineData("game -x=\"a b\"c {port}", new[] { "game", "-x=a bc", "7777" })]
    [InlineData("game \"\" {port}", new[] { "game", "", "7777" })]
    [InlineData("game {player_id}", new[] { "game", "a \"b\"; rm -rf" })]
    public void Template_is_split_before_it_is_filled_in(string template, string[] expected) =>
        Assert.Equal(expected, new OpenTemplate(template).Fill(Player));

    [Theory]
    [InlineData("", "no program")]
    [InlineData("   ", "no program")]
    [InlineData("game \"x", "lacks the second \"")]
    public void Template_that_is_none_is_refused(string template, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => new OpenTemplate(template)).Message, StringComparison.Ordinal);
}
