using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Scripting;

/// <summary><c>fleetbridge script</c> as a process.</summary>
public sealed class DeploymentScriptTests : CliTest
{
    [Fact]
    public async Task Script_asks_backends_and_its_value_is_the_exit_code()
    {
        var result = await RunScriptAsync(
            """
            var answer = await Bridge.On("hello/1").Create("greeting");
            Console.WriteLine($"{answer["Greeting"]} {string.Join("+", Args)} {Settings["prefix"]}");
            Log.LogInformation("The script has greeted");
            return answer.Ok ? 3 : 4;
            """,
            "--set", "prefix=scripts", "one", "two");
        Assert.Equal(3, result.Code);
        Assert.Equal("Hello, scripts! one+two scripts\n", result.Output);
        Assert.Contains("deploy.csx The script has greeted", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"no\");", "InvalidOperationException: no (deploy.csx, line 1)", 1)]
    [InlineData("var x = ;", "deploy.csx(1,9): error CS1525", 1)]
    [InlineData("await Bridge.On(\"hello/1\").Create(\"nothing\");", "deployment/nothing/create failed", 1)]
    [InlineData("return false;", "", 1)]
    [InlineData("return await Bridge.On(\"hello/1\").Check(\"greeting\");", "", 1)]
    [InlineData("", "", 0)]
    public async Task Ending_is_told(string script, string error, int code)
    {
        var result = await RunScriptAsync(script);
        Assert.Equal(code, result.Code);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Continuation_that_runs_deep_below_what_it_waited_for_does_not_call_itself()
    {
        var result = await RunScriptAsync(
            """
            var source = new TaskCompletionSource();
            Task chain = source.Task;
            for (var i = 0; i < 1500; i++)
            {
                chain = chain.ContinueWith(_ => { }, TaskContinuationOptions.ExecuteSynchronously);
            }

            source.SetResult();
            await chain;
            return 7;
            """);
        Assert.Equal("", result.Error);
        Assert.Equal(7, result.Code);
    }

    [Fact]
    public async Task Resources_are_told_with_the_paths_that_a_check_takes()
    {
        var result = await RunScriptAsync(
            """
            foreach (var resource in await Bridge.Resources())
            {
                var answer = await Bridge.Check(resource.Path);
                Console.WriteLine($"{resource.Name} {resource.Path} {string.Join('+', resource.Operations)} {answer.State}");
            }
            """,
            "--backend", "house/1", "--backends", Repository.HouseRoot, "--set", $"folder={State}");
        Assert.Equal(
            [
                "ground house/ground check+create+delete ABSENT",
                "wall house/wall check+create+delete+wait ABSENT",
                "door house/door check+create+delete ABSENT",
                "roof house/roof check+create+delete ABSENT",
                "garden house/garden check+create+delete ABSENT",
            ],
            result.Lines);
        Assert.DoesNotContain("ERROR", result.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Interrupt_ends_a_loop()
    {
        var path = await WriteAsync("Console.WriteLine(\"begun\"); for (;;) ;");
        await using var program = FleetBridgeProcess.Start(State, ["script", path]);
        await program.WaitForAsync(running => running.Output.Contains("begun", StringComparison.Ordinal), "it has begun");
        program.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(130, (await program.WaitAsync()).Code);
    }

    [UnixFact]
    public async Task Without_a_script_no_compiler_is_loaded()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        var maps = await File.ReadAllTextAsync($"/proc/{serving.Announcement["pid"]}/maps");
        Assert.Contains("/fleetbridge.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.CodeAnalysis", maps, StringComparison.Ordinal);
    }

    private async Task<FleetBridgeResult> RunScriptAsync(string script, params string[] args) =>
        await RunAsync(["script", await WriteAsync(script), "--backends", Repository.HelloRoot, .. args]);

    private async Task<string> WriteAsync(string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(State, "scripts")).FullName, "deploy.csx");
        await File.WriteAllTextAsync(path, script);
        return path;
    }
}
