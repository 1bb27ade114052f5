using FleetBridge.Output;

namespace FleetBridge.Tests.Unit.Output;

public sealed class ColourChoicesTests
{
    [Theory]
    [InlineData("", "OnTerminals")]
    [InlineData("NO_COLOR=1", "Never")]
    [InlineData("NO_COLOR=0", "Never")]
    [InlineData("NO_COLOR=", "OnTerminals")]
    [InlineData("FORCE_COLOR=1", "Always")]
    [InlineData("FORCE_COLOR=3", "Always")]
    [InlineData("FORCE_COLOR=true", "Always")]
    [InlineData("FORCE_COLOR=0", "Never")]
    [InlineData("FORCE_COLOR=False", "Never")]
    [InlineData("FORCE_COLOR=", "OnTerminals")]
    [InlineData("NO_COLOR=1 FORCE_COLOR=1", "Never")]
    [InlineData("CLICOLOR=0", "Never")]
    [InlineData("CLICOLOR=1", "OnTerminals")]
    [InlineData("CLICOLOR_FORCE=1", "Always")]
    [InlineData("CLICOLOR_FORCE=0", "OnTerminals")]
    [InlineData("CLICOLOR_FORCE=1 CLICOLOR=0", "Always")]
    [InlineData("CLICOLOR=0 FORCE_COLOR=1", "Always")]
    [InlineData("CLICOLOR_FORCE=1 NO_COLOR=1", "Never")]
    public void Variables_say_where_colours_are(string variables, string expected)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(Enum.Parse<ColourChoice>(expected), ColourChoices.Read(set.GetValueOrDefault));
    }
}
