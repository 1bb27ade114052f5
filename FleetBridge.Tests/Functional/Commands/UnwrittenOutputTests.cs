using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>Outputs that are full, closed or no longer read.</summary>
public sealed class UnwrittenOutputTests : CliTest
{
    private const int OutputFailed = 74;

    [Theory]
    [InlineData("config")]
    [InlineData("metadata")]
    [InlineData("metadata --json")]
    [InlineData("backends")]
    [InlineData("request aws/1/metadata")]
    [InlineData("completion bash")]
    [InlineData("check packaged_build")]
    [InlineData("check all --profile-name nobody")]
    [InlineData("doctor --http-port 0 --websocket-port 0")]
    [InlineData("--help")]
    [InlineData("serve --help")]
    [InlineData("--version")]
    public async Task Output_that_cannot_be_written_is_said_on_the_other_one_with_a_code_of_its_own(string command)
    {
        Requires.Linux();
        foreach (var (output, problem) in new[] { (">/dev/full", "the disk is full"), (">&-", "it is closed") })
        {
            var result = await Shell.RunAsync(State, $"$A {command} {output}");
            Assert.True(result.Code == OutputFailed, $"{output}: {result.Code}\n{result.Error}");
            Assert.Contains($"standard output: {problem}", result.Error, StringComparison.Ordinal);
            AssertNoTrace(result);
        }

        // with nowhere to say it, the code remains
        var silent = await Shell.RunAsync(State, $"$A {command} >/dev/full 2>/dev/full");
        Assert.Equal((OutputFailed, ""), (silent.Code, silent.Output + silent.Error));
    }

    [Theory]
    [InlineData("check all --profile-name nobody", OutputFailed, "standard error: the disk is full")]
    [InlineData("nothing", OutputFailed, "standard error: the disk is full")]
    [InlineData("config --project nothing", OutputFailed, "standard error: the disk is full")]
    [InlineData("config", 0, null)]
    public async Task Standard_error_that_cannot_be_written_is_said_on_standard_output(string command, int code, string? said)
    {
        Requires.Linux();
        var result = await Shell.RunAsync(State, $"$A {command} 2>/dev/full");
        Assert.Equal(code, result.Code);
        Assert.Equal(said is not null, result.Output.Contains("Not everything could be written", StringComparison.Ordinal));
        Assert.Contains(said ?? "", result.Output, StringComparison.Ordinal);
        AssertNoTrace(result);
    }

    [Fact]
    public async Task Json_is_not_mixed_with_what_is_said_of_standard_error()
    {
        Requires.Linux();
        var result = await Shell.RunAsync(State, "$A check all --profile-name nobody --json 2>/dev/full");
        Assert.Equal(OutputFailed, result.Code);
        Assert.NotNull(result.Json["fleet"]);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("metadata")]
    [InlineData("request aws/1/metadata")]
    [InlineData("--help")]
    public async Task Reader_that_has_gone_is_no_problem(string command)
    {
        Requires.Unix();
        var result = await Shell.RunAsync(State, $"$A {command} | true; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    [Theory]
    [InlineData(">/dev/full", "standard output")]
    [InlineData("2>/dev/full", "standard error")]
    [InlineData(">/dev/full 2>/dev/full", "standard output")]
    [InlineData(">&- 2>&-", "standard output")]
    public async Task Bridge_serves_on_and_logs_what_it_cannot_print(string outputs, string name)
    {
        Requires.Linux();
        var http = FreePorts.Take();
        Directory.CreateDirectory(Folder["none"]);
        var ended = Shell.RunAsync(
            State,
            $"$A serve --http-port {http} --websocket-port 0 --backends {Folder["none"]} {outputs} & P=$!; "
            + $"until (exec 3<>/dev/tcp/127.0.0.1/{http}) 2>/dev/null; do sleep 0.1; done; touch {Folder["ready"]}; "
            + $"until [ -e {Folder["stop"]} ]; do sleep 0.1; done; kill $P; wait $P; exit $?");
        try
        {
            await Eventually.TrueAsync(() => File.Exists(Folder["ready"]), "it listens");
            Assert.Equal(200, (await RawHttp.PostAsync(http, "/aws/1/metadata")).Status);
            await Eventually.TrueAsync(
                () => ReadLog() is var text
                    && text.Contains($"WARNING fleetbridge The program's {name} cannot be written: ", StringComparison.Ordinal)
                    && text.Contains(
                        name == "standard output" ? "Press Ctrl-C to stop." : $"There is no backend in {Folder["none"]}", StringComparison.Ordinal),
                "it is logged");
            Assert.Equal(200, (await RawHttp.PostAsync(http, "/aws/1/config")).Status);
        }
        finally
        {
            await File.WriteAllTextAsync(Folder["stop"], "");
        }

        Assert.Equal(0, (await ended).Code);
    }

    private string ReadLog()
    {
        using var reader = new StreamReader(new FileStream(
            Path.Combine(State, "logs", "fleetbridge.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    private static void AssertNoTrace(FleetBridgeResult result)
    {
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("bug in FleetBridge", result.Output + result.Error, StringComparison.Ordinal);
    }
}
