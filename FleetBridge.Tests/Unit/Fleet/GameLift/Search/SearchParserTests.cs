using System.Text;
using FleetBridge.Fleet.GameLift.Search;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Fleet.GameLift.Search;

/// <summary>The filter grammar of SearchGameSessions.</summary>
public sealed class SearchParserTests
{
    private const string Id = "arn:aws:gamelift:us-west-2::gamesession/fleet-local/custom-local/gsess-1";

    // a session of 3 players of 10, made at 1,500,000,000,000
    private static readonly GameSession Session = SearchedSessions.One(
        name: "Bob's game", players: 3, maximum: 10, created: 1_500_000_000_000,
        properties: [("mode", "brawl"), ("level", "12"), ("Mode", "Duel"), ("empty", ""), ("quote", "say \"it's\""), ("back", @"a\b"), ("map-name", "é")]);

    private static readonly GameSession Nameless = SearchedSessions.One(name: null, players: 0, maximum: 0);

    [Theory]
    // each operand with each operator
    [InlineData($"gameSessionId = '{Id}'", true)]
    [InlineData($"gameSessionId <> '{Id}'", false)]
    [InlineData("gameSessionId = 'gsess-1'", false)]
    [InlineData("gameSessionId <> 'gsess-1'", true)]
    [InlineData(@"gameSessionName = 'Bob\'s game'", true)]
    [InlineData("gameSessionName = \"Bob's game\"", true)]
    [InlineData(@"gameSessionName = 'bob\'s game'", false)]
    [InlineData(@"gameSessionName <> 'bob\'s game'", true)]
    [InlineData(@"gameSessionName <> 'Bob\'s game'", false)]
    [InlineData("gameSessionName = ''", false)]
    [InlineData("gameSessionProperties.mode = 'brawl'", true)]
    [InlineData("gameSessionProperties.mode = \"brawl\"", true)]
    [InlineData("gameSessionProperties.mode = 'Brawl'", false)]
    [InlineData("gameSessionProperties.mode <> 'brawl'", false)]
    [InlineData("gameSessionProperties.mode <> 'duel'", true)]
    [InlineData("gameSessionProperties.Mode = 'Duel'", true)]
    [InlineData("gameSessionProperties.level = '12'", true)]
    [InlineData("gameSessionProperties.level = '012'", false)]
    [InlineData("gameSessionProperties.empty = ''", true)]
    [InlineData("gameSessionProperties.empty <> ''", false)]
    [InlineData("gameSessionProperties.map-name = 'é'", true)]
    [InlineData("gameSessionProperties.none = ''", false)]
    [InlineData("gameSessionProperties.none <> ''", true)]
    [InlineData("gameSessionProperties.none = 'x'", false)]
    [InlineData("gameSessionProperties.none <> 'x'", true)]
    [InlineData("gameSessionProperties.a.b = 'x'", false)]
    [InlineData("""gameSessionProperties.quote = "say \"it's\"" """, true)]
    [InlineData("""gameSessionProperties.quote = 'say "it\'s"'""", true)]
    [InlineData(@"gameSessionProperties.back = 'a\b'", true)]
    [InlineData(@"gameSessionProperties.back = 'a\\b'", true)]
    [InlineData("maximumSessions = 10", true)]
    [InlineData("maximumSessions <> 10", false)]
    [InlineData("maximumSessions < 10", false)]
    [InlineData("maximumSessions > 10", false)]
    [InlineData("maximumSessions <= 10", true)]
    [InlineData("maximumSessions >= 10", true)]
    [InlineData("maximumSessions < 11", true)]
    [InlineData("maximumSessions > 9", true)]
    [InlineData("maximumSessions = 10.0", true)]
    [InlineData("maximumSessions > 9.5", true)]
    [InlineData("maximumSessions > -1", true)]
    [InlineData("maximumSessions < +11", true)]
    [InlineData("maximumSessions < 99999999999999999999", true)]
    [InlineData("creationTimeMillis = 1500000000000", true)]
    [InlineData("creationTimeMillis <> 1500000000000", false)]
    [InlineData("creationTimeMillis > 1499999999999", true)]
    [InlineData("creationTimeMillis < 1499999999999", false)]
    [InlineData("creationTimeMillis >= 1500000000000", true)]
    [InlineData("creationTimeMillis <= 1499999999999", false)]
    [InlineData("playerSessionCount = 3", true)]
    [InlineData("playerSessionCount <> 3", false)]
    [InlineData("playerSessionCount < 4", true)]
    [InlineData("playerSessionCount > 3", false)]
    [InlineData("playerSessionCount <= 2", false)]
    [InlineData("playerSessionCount >= 3", true)]
    [InlineData("hasAvailablePlayerSessions = true", true)]
    [InlineData("hasAvailablePlayerSessions = false", false)]
    [InlineData("hasAvailablePlayerSessions <> true", false)]
    [InlineData("hasAvailablePlayerSessions <> false", true)]
    // blanks
    [InlineData("hasAvailablePlayerSessions=true", true)]
    [InlineData("maximumSessions>=10", true)]
    [InlineData("maximumSessions<>10", false)]
    [InlineData("gameSessionProperties.mode='brawl'", true)]
    [InlineData("  maximumSessions\t=\n10  ", true)]
    [InlineData("(maximumSessions=10)", true)]
    [InlineData("((maximumSessions=10))", true)]
    [InlineData("maximumSessions=10 AND(playerSessionCount=3)", true)]
    [InlineData("NOT(maximumSessions=10)", false)]
    // what binds closest
    [InlineData("NOT maximumSessions = 10", false)]
    [InlineData("NOT NOT maximumSessions = 10", true)]
    [InlineData("NOT maximumSessions = 9 AND playerSessionCount = 3", true)]
    [InlineData("NOT maximumSessions = 10 AND playerSessionCount = 9", false)]
    [InlineData("NOT maximumSessions = 10 OR playerSessionCount = 3", true)]
    [InlineData("NOT (maximumSessions = 10 OR playerSessionCount = 3)", false)]
    [InlineData("NOT (maximumSessions = 10 AND playerSessionCount = 9)", true)]
    [InlineData("maximumSessions = 10 OR maximumSessions = 9 AND playerSessionCount = 9", true)]
    [InlineData("(maximumSessions = 10 OR maximumSessions = 9) AND playerSessionCount = 9", false)]
    [InlineData("playerSessionCount = 9 AND maximumSessions = 9 OR maximumSessions = 10", true)]
    [InlineData("playerSessionCount = 9 AND (maximumSessions = 9 OR maximumSessions = 10)", false)]
    [InlineData("playerSessionCount = 9 OR playerSessionCount = 8 OR playerSessionCount = 3", true)]
    [InlineData("playerSessionCount = 3 AND maximumSessions = 10 AND gameSessionProperties.mode = 'brawl'", true)]
    [InlineData("playerSessionCount = 3 AND maximumSessions = 10 AND gameSessionProperties.mode = 'duel'", false)]
    [InlineData("playerSessionCount = 3 AND NOT maximumSessions = 9 OR playerSessionCount = 9", true)]
    [InlineData("playerSessionCount = 3 and not maximumSessions = 9 or playerSessionCount = 9", true)]
    [InlineData("hasAvailablePlayerSessions = TRUE", true)]
    // words of the grammar in texts
    [InlineData("gameSessionProperties.mode = 'brawl' AND gameSessionProperties.none <> 'x AND y'", true)]
    [InlineData("gameSessionProperties.mode <> ') OR ('", true)]
    public void Filter_finds_what_it_says(string filter, bool isFound) =>
        Assert.Equal(isFound, SearchParser.Parse(filter).Matches(Session));

    [Theory]
    [InlineData("gameSessionName = ''", false)]
    [InlineData("gameSessionName <> ''", true)]
    [InlineData("gameSessionName <> 'x'", true)]
    [InlineData("NOT gameSessionName = 'x'", true)]
    [InlineData("hasAvailablePlayerSessions = false", true)]
    [InlineData("hasAvailablePlayerSessions <> true", true)]
    public void What_a_session_does_not_have_is_unequal_to_everything(string filter, bool isFound) =>
        Assert.Equal(isFound, SearchParser.Parse(filter).Matches(Nameless));

    [Theory]
    [InlineData("", "the end of the expression is no operand")]
    [InlineData("   ", "the end of the expression is no operand")]
    [InlineData("maximumSessions", "An operator (= <> < > <= >=) is expected after maximumSessions, not the end of the expression")]
    [InlineData("maximumSessions =", "maximumSessions is compared with a number, without quotes, not with the end of the expression")]
    [InlineData("maximumSessions = ten", "not with ten at character 19")]
    [InlineData("maximumSessions = '10'", "without quotes, not with the text '10'")]
    [InlineData("maximumSessions = true", "compared with a number")]
    [InlineData("maximumSessions = 1e3", "compared with a number")]
    [InlineData("maximumSessions = 0x10", "compared with a number")]
    [InlineData("maximumSessions = 1,000", "compared with a number")]
    [InlineData("maximumSessions = NaN", "compared with a number")]
    [InlineData("maximumSessions = 999999999999999999999999999999999999", "compared with a number")]
    [InlineData("maximumSessions == 10", "compared with a number")]
    [InlineData("maximumSessions != 10", "unequal is written <>")]
    [InlineData("maximumSessions >< 10", "compared with a number")]
    [InlineData("maximumSessions => 10", "compared with a number")]
    [InlineData("maximumSessions LIKE 10", "An operator")]
    [InlineData("maximumSessions = 10 20", "AND, OR or the end of the expression is expected, not 20 at character 22")]
    [InlineData("maximumSessions = 10, playerSessionCount = 1", "compared with a number")]
    [InlineData("maximumSessions = 10 ; playerSessionCount = 1", "AND, OR or the end")]
    [InlineData("maximumSessions = 10 XOR playerSessionCount = 1", "AND, OR or the end")]
    [InlineData("maximumSessions = 10 AND", "the end of the expression is no operand")]
    [InlineData("AND maximumSessions = 10", "AND at character 1 is no operand")]
    [InlineData("maximumSessions = 10 AND AND playerSessionCount = 1", "AND at character 26 is no operand")]
    [InlineData("maximumSessions = 10 NOT playerSessionCount = 1", "AND, OR or the end")]
    [InlineData("NOT", "the end of the expression is no operand")]
    [InlineData("10 = maximumSessions", "10 at character 1 is no operand")]
    [InlineData("'a' = gameSessionName", "the text 'a' at character 1 is no operand")]
    [InlineData("(maximumSessions = 10", "The parenthesis at character 1 is not closed")]
    [InlineData("maximumSessions = 10)", "not ) at character 21")]
    [InlineData("()", ") at character 2 is no operand")]
    [InlineData("(", "is no operand")]
    [InlineData(")", "is no operand")]
    [InlineData("gameSessionName = 'a", "The text that begins at character 19 has no closing '")]
    [InlineData("gameSessionName = \"a'", "has no closing \"")]
    [InlineData(@"gameSessionName = 'a\'", "has no closing '")]
    [InlineData("gameSessionName = a", "gameSessionName is compared with a text in single quotes, not with a at character 19")]
    [InlineData("gameSessionName < 'a'", "gameSessionName can be compared with = and <> only, not with < at character 17: it is a text")]
    [InlineData("gameSessionName >= 'a'", "= and <> only")]
    [InlineData("gameSessionId > 'a'", "= and <> only")]
    [InlineData("gameSessionProperties.level > '3'", "= and <> only")]
    [InlineData("gameSessionProperties.level = 3", "in single quotes")]
    [InlineData("gameSessionProperties.level = true", "in single quotes")]
    [InlineData("gameSessionProperties. = 'a'", "gameSessionProperties. at character 1 is no operand")]
    [InlineData("gameSessionProperties = 'a'", "is no operand")]
    [InlineData("gameSessionproperties.a = 'a'", "is no operand")]
    [InlineData("hasAvailablePlayerSessions", "An operator")]
    [InlineData("hasAvailablePlayerSessions = 1", "hasAvailablePlayerSessions is compared with true or false, without quotes")]
    [InlineData("hasAvailablePlayerSessions = 'true'", "compared with true or false")]
    [InlineData("hasAvailablePlayerSessions > false", "= and <> only, not with > at character 28: it is true or false")]
    [InlineData("maximumsessions = 1", "maximumsessions at character 1 is no operand. Operands are gameSessionId, gameSessionName, maximumSessions")]
    [InlineData("fleetId = 'a'", "fleetId at character 1 is no operand")]
    [InlineData("maximumSessions = 10; DROP TABLE game_sessions", "compared with a number")]
    [InlineData("\0", "is no operand")]
    [InlineData("maximumSessions \u00a0= \ufeff10", "compared with a number")]
    public void What_is_no_filter_is_refused_with_its_place(string filter, string words)
    {
        var exception = Assert.Throws<FormatException>(() => SearchParser.Parse(filter));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        Assert.True(SearchParser.Parse(Nested("(", ")", 63)).Matches(Session));
        Assert.True(SearchParser.Parse(Nested("NOT ", "", 62)).Matches(Session));
        foreach (var (open, close, depth) in new[] { ("(", ")", 64), ("(", ")", 400), ("NOT ", "", 64), ("NOT(", ")", 40) })
        {
            var exception = Assert.Throws<FormatException>(() => SearchParser.Parse(Nested(open, close, depth)));
            Assert.Contains("nested more than 64 levels deep", exception.Message, StringComparison.Ordinal);
        }

        static string Nested(string open, string close, int depth) =>
            new StringBuilder().Insert(0, open, depth).Append("playerSessionCount=3").Insert(open.Length * depth + 20, close, depth).ToString();
    }

    [Fact]
    public void Length_is_bounded()
    {
        var longest = "gameSessionName<>'" + new string('a', SearchParser.MaximumLength - 19) + "'";
        Assert.True(SearchParser.Parse(longest).Matches(Session));
        Assert.Contains("1025 characters", Assert.Throws<FormatException>(() => SearchParser.Parse(longest + " ")).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => SearchParser.Parse(new string('(', 10_000_000)));
        Assert.Throws<FormatException>(() => SearchSort.Parse(new string(' ', 10_000_000)));
    }

    [Fact]
    public void Longest_chain_of_comparisons_is_read()
    {
        var chain = string.Join(" OR ", Enumerable.Repeat("maximumSessions=9", 47)) + " OR playerSessionCount=3";
        Assert.InRange(chain.Length, 900, SearchParser.MaximumLength);
        Assert.True(SearchParser.Parse(chain).Matches(Session));
    }

    [Fact]
    public void Random_expressions_are_read_or_refused()
    {
        string[] parts =
        [
            "gameSessionId", "gameSessionName", "gameSessionProperties.mode", "maximumSessions", "hasAvailablePlayerSessions", "=", "<>", "<", ">=",
            "'a'", "\"b", "'", "\\", "10", "-", "true", "AND", "OR", "NOT", "(", ")", "!", " ", "é", "\ud800", ".",
        ];
        var random = new Random(7);
        for (var i = 0; i < 50_000; i++)
        {
            var expression = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var exception = Record.Exception(() => SearchParser.Parse(expression).Matches(Session));
            Assert.True(exception is null or FormatException, $"{expression}: {exception}");
        }
    }

    /// <summary>Random trees, written with as few parentheses as precedence allows, mean what the tree means.</summary>
    [Fact]
    public void Precedence_is_that_of_the_tree()
    {
        var random = new Random(11);
        for (var i = 0; i < 5_000; i++)
        {
            var (text, value, _) = Tree(random, 4);
            if (text.Length <= SearchParser.MaximumLength)
            {
                Assert.True(SearchParser.Parse(text).Matches(Session) == value, text);
            }
        }

        // strength: 3 a comparison, 2 NOT, 1 AND, 0 OR
        static (string Text, bool Value, int Strength) Tree(Random random, int depth)
        {
            switch (depth == 0 ? 0 : random.Next(4))
            {
                case 1:
                    var (part, value, strength) = Tree(random, depth - 1);
                    return ($"NOT {Inside(part, strength, 2)}", !value, 2);
                case 2:
                    var (a, x, p) = Tree(random, depth - 1);
                    var (b, y, q) = Tree(random, depth - 1);
                    return ($"{Inside(a, p, 1)} AND {Inside(b, q, 2)}", x & y, 1);
                case 3:
                    var (c, v, r) = Tree(random, depth - 1);
                    var (d, w, s) = Tree(random, depth - 1);
                    return ($"{c} OR {Inside(d, s, 1)}", v | w, 0);
                default:
                    var isTrue = random.Next(2) == 0;
                    return (isTrue ? "playerSessionCount=3" : "maximumSessions<3", isTrue, 3);
            }
        }

        static string Inside(string text, int strength, int least) => strength < least ? $"({text})" : text;
    }
}
