using FleetBridge.Fleet.GameLift.Search;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Fleet.GameLift.Search;

/// <summary>Which sessions a search finds, in which order and in which pages.</summary>
public sealed class GameSessionSearchTests
{
    private static readonly GameSession[] Some =
    [
        SearchedSessions.One(1, "b", players: 2, maximum: 4, created: 300, properties: [("mode", "x")]),
        SearchedSessions.One(2, null, players: 4, maximum: 4, created: 100),
        SearchedSessions.One(3, "a", players: 0, maximum: 9, created: 200, properties: [("mode", "z")]),
        SearchedSessions.One(4, "B", players: 2, maximum: 2, created: 400, properties: [("mode", "y")]),
    ];

    [Theory]
    [InlineData("creationTimeMillis ASC", "2 3 1 4")]
    [InlineData("creationTimeMillis DESC", "4 1 3 2")]
    [InlineData("playerSessionCount ASC", "3 1 4 2")]
    [InlineData("playerSessionCount DESC", "2 1 4 3")]
    [InlineData("maximumSessions ASC", "4 1 2 3")]
    [InlineData("maximumSessions DESC", "3 1 2 4")]
    [InlineData("gameSessionName ASC", "4 3 1 2")]
    [InlineData("gameSessionName DESC", "1 3 4 2")]
    [InlineData("gameSessionId ASC", "1 2 3 4")]
    [InlineData("gameSessionId DESC", "4 3 2 1")]
    [InlineData("gameSessionProperties.mode ASC", "1 4 3 2")]
    [InlineData("gameSessionProperties.mode DESC", "3 4 1 2")]
    [InlineData("gameSessionProperties.none ASC", "1 2 3 4")]
    [InlineData("hasAvailablePlayerSessions ASC", "2 4 1 3")]
    [InlineData("hasAvailablePlayerSessions DESC", "1 3 2 4")]
    [InlineData("  creationTimeMillis\t asc ", "2 3 1 4")]
    [InlineData(null, "1 2 3 4")]
    public void Sessions_are_in_the_order_of_the_operand_and_those_without_a_value_last(string? sort, string expected) =>
        Assert.Equal(expected, Found(new GameSessionSearch(null, sort)));

    [Theory]
    [InlineData("", "is no operand")]
    [InlineData("creationTimeMillis", "ASC or DESC is expected after creationTimeMillis")]
    [InlineData("creationTimeMillis UP", "not UP at character 20")]
    [InlineData("ASC creationTimeMillis", "ASC at character 1 is no operand")]
    [InlineData("creationTimeMillis ASC, gameSessionName ASC", "not ASC, at character 20")]
    [InlineData("creationTimeMillis ASC gameSessionName", "sessions are sorted by one operand")]
    [InlineData("creationTimeMillis 'ASC'", "ASC or DESC is expected")]
    [InlineData("'creationTimeMillis' ASC", "is no operand")]
    [InlineData("fleetId ASC", "is no operand")]
    [InlineData("creationTimeMillis = ASC", "ASC or DESC is expected")]
    public void What_is_no_order_is_refused(string sort, string words)
    {
        var exception = Assert.Throws<FormatException>(() => new GameSessionSearch(null, sort));
        Assert.StartsWith("SortExpression: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_that_is_none_is_named() => Assert.StartsWith(
        "FilterExpression: ", Assert.Throws<FormatException>(() => new GameSessionSearch("x", null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Most_common_search_finds_the_oldest_with_a_free_slot() => Assert.Equal(
        "3 1", Found(new GameSessionSearch("hasAvailablePlayerSessions=true", "creationTimeMillis ASC")));

    [Theory]
    [InlineData("ACTIVATING")]
    [InlineData("TERMINATING")]
    [InlineData("TERMINATED")]
    [InlineData("ERROR")]
    public void Only_active_sessions_are_found(string status) => Assert.Empty(
        new GameSessionSearch(null, null).Page([SearchedSessions.One(status: Enum.Parse<GameSessionStatus>(status))], 0, 20).Sessions);

    [Fact]
    public void Session_with_a_period_in_a_property_s_key_is_left_out() => Assert.Empty(
        new GameSessionSearch("gameSessionProperties.mode = 'x'", null).Page([SearchedSessions.One(properties: [("mode", "x"), ("a.b", "c")])], 0, 20).Sessions);

    [Fact]
    public void Pages_have_every_session_once_in_order()
    {
        var random = new Random(5);
        var sessions = Enumerable.Range(1, 1_000).Select(number => SearchedSessions.One(number, created: random.Next(50))).ToList();
        var search = new GameSessionSearch(null, "creationTimeMillis DESC");
        var found = new List<GameSession>();
        for (var hasMore = true; hasMore;)
        {
            var page = search.Page(sessions, found.Count, 20);
            Assert.InRange(page.Sessions.Count, 1, 20);
            found.AddRange(page.Sessions);
            hasMore = page.HasMore;
        }

        Assert.Equal(sessions.OrderByDescending(session => session.CreationTime).ThenBy(session => session.Number), found);
        Assert.Empty(search.Page(sessions, 1_000, 20).Sessions);
        Assert.Empty(search.Page(sessions, 1_000_000_000, 20).Sessions);
        Assert.False(search.Page([], 0, 20).HasMore);
    }

    private static string Found(GameSessionSearch search) => string.Join(' ', search.Page(Some, 0, 20).Sessions.Select(session => session.Number));
}
