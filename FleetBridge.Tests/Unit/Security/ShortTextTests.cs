using FleetBridge.Core.Security;

namespace FleetBridge.Tests.Unit.Security;

public sealed class ShortTextTests
{
    private const string Password = "correct-horse-battery-staple";

    [Fact]
    public void Short_text_stays_the_same()
    {
        var text = new string('x', 100);
        Assert.Same(text, ShortText.Of(text));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(2_048)]
    [InlineData(250_000)]
    public void Long_text_is_cut(int length) => Assert.Equal(new string('x', 100) + "…", ShortText.Of(new string('x', length)));

    [Fact]
    public void Cut_does_not_split_a_character() => Assert.Equal(new string('x', 99) + "…", ShortText.Of(new string('x', 99) + "😀😀"));

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(75)]
    [InlineData(85)]
    [InlineData(95)]
    [InlineData(2_000)]
    [InlineData(2_030)]
    [InlineData(2_040)]
    public void Secret_is_hidden_before_the_text_is_cut_wherever_it_is(int before)
    {
        foreach (var secret in (string[])
            [$"http://me:{Password}@proxy.example", $"Bearer {Password}", $"aws_secret_access_key={Password}", $"Authorization: Basic {Password}"])
        {
            var shown = ShortText.Of($"{new string('/', before)} {secret} and more {new string('y', 3_000)}");
            Assert.DoesNotContain(Password[..5], shown, StringComparison.Ordinal);
            Assert.True(shown.Length <= 101, shown);
        }
    }

    [Fact]
    public void Secret_longer_than_what_is_read_is_hidden()
    {
        var secret = string.Concat(Enumerable.Repeat("Pass0word", 1_000));
        Assert.DoesNotContain("Pass0", ShortText.Of($"http://me:{secret}@proxy.example"), StringComparison.Ordinal);
        Assert.DoesNotContain("Pass0", ShortText.Of($"Bearer {secret}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_on_one_line() => Assert.Equal(@"a\n\u001b[2J\u202e", ShortText.Of("a\n\e[2J\u202e"));
}
