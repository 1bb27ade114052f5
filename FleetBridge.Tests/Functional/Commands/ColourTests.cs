using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>Colours of everything that is printed, where the user's environment says so.</summary>
public sealed partial class ColourTests : CliTest
{
    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("CLICOLOR=0", false)]
    [InlineData("FORCE_COLOR=0", false)]
    [InlineData("NO_COLOR=1 FORCE_COLOR=1", false)]
    public async Task Terminal_has_colours_unless_they_are_not_wanted(string variables, bool coloured)
    {
        RealTerminal.Require();
        foreach (var args in new[]
        {
            new[] { "doctor", "--http-port", "0", "--websocket-port", "0" }, ["check", "packaged_build", "--log-level", "debug"],
            ["metadata"], ["backends"], ["config", "--log-level", "warn"], ["chekc"], ["--help"],
        })
        {
            var shown = await RealTerminal.ShowAsync(State, variables, args);
            if (!coloured)
            {
                Assert.DoesNotMatch(Colour(), shown);
            }
            else if (args[0] is "doctor" or "check")
            {
                Assert.Matches(Colour(), shown);
            }
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("FORCE_COLOR=1", true)]
    [InlineData("CLICOLOR_FORCE=1", true)]
    [InlineData("CLICOLOR_FORCE=1 NO_COLOR=1", false)]
    [InlineData("GITHUB_ACTIONS=true CI=true", false)]
    public async Task File_has_colours_only_if_they_are_forced(string variables, bool coloured)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);

        // the runner of the tests may have it
        environment.TryAdd("NO_COLOR", "");
        var doctor = await RunAsync(environment, "doctor", "--http-port", "0", "--websocket-port", "0");
        var check = await RunAsync(environment, "check", "packaged_build", "--log-level", "debug");
        Assert.True(coloured == Colour().IsMatch(doctor.Output), doctor.Output);
        Assert.True(coloured == Colour().IsMatch(check.Error), check.Error);

        // colours and nothing else: a file has no cursor
        Assert.DoesNotContain("\e", Colour().Replace(doctor.Output + check.Output + check.Error, "").Replace("\e[0m", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\e\[[0-9;]*[1-9][0-9;]*m")]
    private static partial Regex Colour();
}
