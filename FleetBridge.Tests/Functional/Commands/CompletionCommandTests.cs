using System.Diagnostics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class CompletionCommandTests : CliTest
{
    [Theory]
    [InlineData("fleetbridge che", "check")]
    [InlineData("fleetbridge check ", "all", "packaged_build", "rest_api", "--prefix", "--fleet-ec2-instance-type")]
    [InlineData("fleetbridge check fl", "fleet")]
    [InlineData("fleetbridge delete up", "uploaded_build")]
    [InlineData("fleetbridge create fleet --wai", "--wait", "--wait-limit")]
    [InlineData("fleetbridge delete all --wai", "--wait-limit")]
    [InlineData("fleetbridge serve --log-level ", "debug", "info", "warning", "error")]
    [InlineData("fleetbridge new ", "backend")]
    [InlineData("fleetbridge new backend --", "--script", "--output")]
    [InlineData("fleetbridge completion ", "bash", "zsh", "fish", "pwsh")]
    public async Task Suggestions_are_commands_options_and_resources(string line, params string[] expected)
    {
        var result = await RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, result.Code);
        Assert.All(expected, word => Assert.Contains(word, result.Lines));
    }

    [Fact]
    public async Task Suggestions_for_an_operation_are_the_resources_that_have_it()
    {
        var result = await RunAsync("[suggest:19]", "fleetbridge create ");
        Assert.Contains("fleet", result.Lines);
        Assert.DoesNotContain("packaged_build", result.Lines);
    }

    [Fact]
    public async Task Suggestions_of_a_backend_that_is_not_there_are_the_options_all_commands_have()
    {
        var line = "fleetbridge check --backend nope/1 --";
        var result = await RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, result.Code);
        Assert.Contains("--json", result.Lines);
        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _fleetbridge fleetbridge")]
    [InlineData("zsh", "#compdef fleetbridge")]
    [InlineData("fish", "complete -f -c fleetbridge")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Script_is_printed_for_each_shell(string shell, string line)
    {
        var result = await RunAsync("completion", shell);
        Assert.Equal(0, result.Code);
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_shell_is_refused_with_those_there_are() =>
        AssertRefused(await RunAsync("completion", "tcsh"), 2, "tcsh", "bash", "fish");

    [Fact]
    public async Task Script_completes_in_a_real_bash()
    {
        Requires.Unix();
        Requires.File("/bin/bash", "bash");
        Assert.Equal(["check"], await CompleteInBashAsync("fleetbridge che"));
        Assert.Equal(["fleet"], await CompleteInBashAsync("fleetbridge check packaged_build fl"));
        Assert.Equal(["--prefix"], await CompleteInBashAsync("fleetbridge check fleet --pref"));
        Assert.Contains("rest_api", await CompleteInBashAsync("fleetbridge check "));
    }

    /// <summary>Calls the script's function as bash does when Tab is pressed at the end of a line.</summary>
    private async Task<string[]> CompleteInBashAsync(string line)
    {
        var words = line.Split(' ');
        var start = new ProcessStartInfo("/bin/bash", ["--norc", "-c",
            $"source <(fleetbridge completion bash); COMP_LINE='{line}'; COMP_POINT={line.Length}; "
            + $"COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}); COMP_CWORD={words.Length - 1}; "
            + "_fleetbridge; printf '%s\\n' \"${COMPREPLY[@]}\""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        FleetBridgeProcess.Prepare(start.Environment, State);
        start.Environment["PATH"] = $"{Repository.ProgramFolder}:{start.Environment["PATH"]}";
        using var bash = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var error = bash.StandardError.ReadToEndAsync(limit.Token);
            var output = await bash.StandardOutput.ReadToEndAsync(limit.Token);
            await bash.WaitForExitAsync(limit.Token);
            Assert.Equal("", await error);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!bash.HasExited)
            {
                bash.Kill(entireProcessTree: true);
            }
        }
    }
}
