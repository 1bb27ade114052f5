using FleetBridge.Core.Security;

namespace FleetBridge.Tests.Unit.Security;

public sealed class WordSearchTests
{
    [Theory]
    [InlineData("a secret here", true)]
    [InlineData("SECRET", true)]
    [InlineData("sEcReT", true)]
    [InlineData("secre", false)]
    [InlineData("sesecret", true)]
    [InlineData("secr\u00e9t secre t", false)]
    [InlineData("\u017fecret", false)]
    [InlineData("", false)]
    public void Word_is_found_whatever_its_case_and_wherever_it_is(string text, bool isIn) =>
        Assert.Equal(isIn, new WordSearch("secret", "token").IsIn(text, '@', '…', out _));

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("me@there", true)]
    [InlineData("cut…", true)]
    public void Rare_characters_are_found_in_the_same_pass(string text, bool hasRare)
    {
        Assert.False(new WordSearch("secret").IsIn(text, '@', '…', out var found));
        Assert.Equal(hasRare, found);
    }

    /// <summary>Words that are ends and beginnings of one another, and texts of few letters: each way back is taken.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Search_finds_what_the_frameworks_finds(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Text(random, random.Next(1, 6)))];
            var text = Text(random, random.Next(0, 30));
            var expected = words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.True(expected == new WordSearch(words).IsIn(text, '@', '…', out _), $"{string.Join(' ', words)} in {text}");
        }
    }

    private static string Text(Random random, int length) =>
        string.Create(length, random, static (letters, random) =>
        {
            foreach (ref var letter in letters)
            {
                letter = "abcABC%"[random.Next(7)];
            }
        });
}
