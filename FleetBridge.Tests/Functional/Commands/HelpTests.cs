using System.Text.RegularExpressions;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed partial class HelpTests : CliTest
{
    private static readonly string[] Commands =
        ["serve", "host", "request", "check", "create", "delete", "browse", "metadata", "config", "backends", "logs", "local", "session",
            "servers", "server", "workers", "worker", "gateway", "open", "token", "mesh", "doctor", "script", "new", "unreal", "completion"];

    [Fact]
    public async Task Program_lists_its_commands()
    {
        var result = await RunAsync("--help");
        Assert.Equal(0, result.Code);
        Assert.Equal(Commands, CommandLine().Matches(result.Output[result.Output.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task Every_command_has_examples_and_they_are_understood()
    {
        // their examples are those of their own commands
        foreach (var command in Commands.Except(["session", "server", "worker", "token", "mesh"]))
        {
            var help = await RunAsync(command, "--help");
            Assert.Equal(0, help.Code);
            Assert.Equal("", help.Error);
            var examples = help.Output[help.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')[1..]
                .Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("aws ", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.Contains($"fleetbridge {command}", example, StringComparison.Ordinal));

            // The options of an example are options of the command.
            var options = examples.SelectMany(example => OptionName().Matches(example)).Select(match => match.Value).Distinct();
            Assert.All(options, option => Assert.Contains($" {option}", help.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Settings_of_the_backend_are_options_with_their_defaults()
    {
        var result = await RunAsync("check", "--help");
        Assert.Contains("--profile-name <profile-name>", result.Output, StringComparison.Ordinal);
        Assert.Contains("[default: c5.large]", result.Output, StringComparison.Ordinal);
        Assert.Contains("packaged_build", result.Output, StringComparison.Ordinal);
        var other = await RunAsync("check", "--help", "--backend", "hello/1", "--backends", Repository.HelloRoot);
        Assert.Contains("Whom to greet. [default: world]", other.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--profile-name <", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_without_a_command_shows_its_help_and_fails()
    {
        var result = await RunAsync();
        Assert.Equal(2, result.Code);
        Assert.Contains("serve", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistyped_command_gets_the_likely_one_suggested()
    {
        var result = await RunAsync("chekc", "fleet");
        AssertRefused(result, 2, "'chekc'. Did you mean 'check'?", "See 'fleetbridge --help'.");
    }

    [Fact]
    public async Task Version_is_that_of_the_program()
    {
        var result = await RunAsync("--version");
        Assert.Equal(0, result.Code);
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", result.Output);
    }

    [Fact]
    public void Exit_codes_are_those_that_scripts_know()
    {
        (string, int)[] expected =
        [
            ("Success", 0), ("ResultFalse", 1), ("Usage", 2), ("Unreachable", 3), ("InvalidSettings", 4), ("NotFound", 5),
            ("PortTaken", 6), ("TimedOut", 7), ("MeshRefused", 8), ("Bug", 70), ("OutputFailed", 74), ("Cancelled", 130),
        ];
        Assert.Equal(expected, Enum.GetValues<ExitCode>().Select(code => (code.ToString(), (int)code)));
    }

    [GeneratedRegex(@"(?m)^  ([a-z]+) .*\S")]
    private static partial Regex CommandLine();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex OptionName();
}
