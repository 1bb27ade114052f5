using FleetBridge.Starters;

namespace FleetBridge.Tests.Unit.Starters;

public sealed class BackendNameTests
{
    [Theory]
    [InlineData("hello", "HelloBackend", "Hello")]
    [InlineData("my-backend", "MyBackend", "My backend")]
    [InlineData("my_game-2", "MyGame2Backend", "My game 2")]
    [InlineData("class", "ClassBackend", "Class")]
    [InlineData("task", "TaskBackend", "Task")]
    [InlineData("system", "SystemBackend", "System")]
    [InlineData("backend", "BackendBackend", "Backend")]
    [InlineData("backends", "BackendsBackend", "Backends")]
    [InlineData("a", "ABackend", "A")]
    public void Name_gives_a_class_that_is_no_other_ones(string text, string className, string title)
    {
        Assert.True(BackendName.TryParse(text, out var name, out var problem));
        Assert.Null(problem);
        Assert.Equal((text, className, title), (name.Text, name.ClassName, name.Title));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/a")]
    [InlineData("Hello")]
    [InlineData("my backend")]
    [InlineData("3d")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a-_b")]
    [InlineData("a.b")]
    [InlineData("a\n")]
    [InlineData("ähre")]
    [InlineData("a1٣")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef")]
    public void Name_that_is_none_everywhere_is_refused_with_what_is_one(string text)
    {
        Assert.False(BackendName.TryParse(text, out var name, out var problem));
        Assert.Null(name);
        Assert.Contains($"'{text}' is not a valid backend name", problem, StringComparison.Ordinal);
        Assert.Contains(BackendName.Rule, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("con")]
    [InlineData("com1")]
    public void Device_of_windows_is_refused(string text)
    {
        Assert.False(BackendName.TryParse(text, out _, out var problem));
        Assert.Contains("device", problem, StringComparison.Ordinal);
    }
}
