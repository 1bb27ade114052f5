using System.Globalization;
using System.Text;
using FleetBridge.Core.Text;

namespace FleetBridge.Tests.Unit.Text;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("a\n2026-01-01 CRITICAL forged", @"a\n2026-01-01 CRITICAL forged")]
    [InlineData("a\r\nb\tc", @"a\r\nb\tc")]
    [InlineData("\e[2J\u009b31m\0\u007f", @"\u001b[2J\u009b31m\u0000\u007f")]
    [InlineData("a\u0085b\u2028c\u2029d", @"a\u0085b\u2028c\u2029d")]
    [InlineData("gnp.\u202eexe\u202c", @"gnp.\u202eexe\u202c")]
    [InlineData("\u2066a\u2069\u200e\u200f\u061c", @"\u2066a\u2069\u200e\u200f\u061c")]
    [InlineData("POST /a → 200…\u202e in 1 ms", @"POST /a → 200…\u202e in 1 ms")]
    [InlineData("\ufeffmark\u200b", @"\ufeffmark\u200b")]
    public void What_cannot_be_seen_is_shown_as_an_escape(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Tags_outside_the_basic_plane_and_halves_of_pairs_are_escaped_too()
    {
        Assert.Equal(@"a\udb40\udc41b", VisibleText.Of("a\U000E0041b"));
        Assert.Equal(@"a\ud83d", VisibleText.Of("a\ud83d"));
        Assert.Equal(@"\ude00\ud83d", VisibleText.Of("\ude00\ud83d"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain <Header>'text'</> & C:\\Games\\n")]
    [InlineData("größe ゲーム ‐ → … 😀")]
    [InlineData("می\u200cخواهم 👩\u200d💻")]
    public void Text_that_can_be_seen_stays_the_same(string text) => Assert.Same(text, VisibleText.Of(text));

    [Fact]
    public void No_character_of_any_category_that_steers_passes()
    {
        for (var scalar = 0; scalar <= 0x10FFFF; scalar++)
        {
            if (!Rune.IsValid(scalar))
            {
                continue;
            }

            var shown = VisibleText.Of($"a{new Rune(scalar)}b");
            Assert.DoesNotContain(shown.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            Assert.StartsWith("a", shown, StringComparison.Ordinal);
            Assert.EndsWith("b", shown, StringComparison.Ordinal);
        }
    }
}
