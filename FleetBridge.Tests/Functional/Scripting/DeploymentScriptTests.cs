using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Scripting;

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
    [InlineData("var x = ;", "deploy.csx(1,9): error CS1525", 2)]
    [InlineData("await Bridge.On(\"hello/1\").Create(\"nothing\");", "deployment/nothing/create failed", 1)]
    [InlineData("return false;", "", 1)]
    [InlineData("return 256;", "The script returned 256; exit codes are 0 to 255.", 1)]
    [InlineData("return await Bridge.On(\"hello/1\").Check(\"greeting\");", "", 1)]
    [InlineData("", "", 0)]
    [InlineData("static int Main() => 3;", "deploy.csx(1,12): error CS7022: The entry point of a script is its statements", 2)]
    [InlineData("static async Task<int> Main() { await Task.Yield(); return 3; }", "Write 'return await Main();' in the last line", 2)]
    [InlineData("static async Task Main() => await Task.Yield();", "Write 'await Main();' in the last line", 2)]
    [InlineData("class Program { static void Main(string[] args) { } }", "Write 'Program.Main([.. Args]);' in the last line", 2)]
    [InlineData("const int Code = 3; static int Main() => Code;", "Main is never called", 2)]
    [InlineData("static int Main() => 3; return Main();", "", 3)]
    [InlineData("static int Main() => 3; var code = Main();", "", 0)]
    [InlineData("class Other { void Main() { } } return 3;", "", 3)]
    [InlineData("int Twice(int n) => 2 * n;", "", 0)]
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

    [Fact]
    public async Task Interrupt_ends_a_loop()
    {
        Requires.Unix();
        var path = await WriteAsync("Console.WriteLine(\"begun\"); for (;;) ;");
        await using var program = FleetBridgeProcess.Start(State, ["script", path]);
        await program.WaitForAsync(running => running.Output.Contains("begun", StringComparison.Ordinal), "it has begun");
        program.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(130, (await program.WaitAsync()).Code);
    }

    [Fact]
    public async Task Deadline_ends_what_loops_and_what_blocks()
    {
        foreach (var endless in new[] { "for (;;) ;", "await Task.Delay(-1);", "Thread.Sleep(-1);" })
        {
            var result = await RunScriptAsync(endless, "--deadline", "0.05");
            Assert.Equal(7, result.Code);
            Assert.Contains("deploy.csx did not end within its --deadline of 0.05 minutes.", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Waiting_in_vain_is_told_with_the_last_state_and_the_line()
    {
        var result = await RunScriptAsync(
            """
            Bridge.CheckInterval = TimeSpan.FromMilliseconds(10);
            await Bridge.On("hello/1").WaitUntil("greeting", "ACTIVE", TimeSpan.FromSeconds(0.2));
            """);
        Assert.Equal(7, result.Code);
        Assert.Contains("Timed out after 0.2 s while waiting for greeting; its last check said: Nobody has been greeted yet. Create the greeting first. (deploy.csx, line 2)", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ERROR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_bridge_does_it_where_its_address_is_given()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.HelloRoot);
        var result = await RunScriptAsync(
            "Log.LogInformation(\"asks\"); return (await Bridge.On(\"hello/1\").Create(\"greeting\"))[\"Greeting\"];",
            "--set", "prefix=afar", "--url", $"http://localhost:{serving.HttpPort}");
        Assert.Equal((0, "Hello, afar!\n"), (result.Code, result.Output));
        Assert.Contains("deploy.csx asks", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bridge_that_does_not_run_is_told()
    {
        var result = await RunScriptAsync(
            "await Bridge.On(\"hello/1\").Check(\"greeting\");", "--url", $"http://localhost:{FreePorts.Take()}");
        Assert.Equal(3, result.Code);
        Assert.Contains("(deploy.csx, line 1)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_backends_settings_and_tasks_serve_one_script()
    {
        var result = await RunScriptAsync(
            """
            var hello = Bridge.On("hello/1");
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => hello.With(("prefix", $"p{n}")).Create("greeting")));
            return string.Join(" ", answers.Select(answer => answer["Greeting"]!.Replace("Hello, ", "")));
            """);
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 20).Select(n => $"p{n}!")) + "\n", result.Output);
    }

    [Theory]
    [InlineData("await Bridge.On(\"absent/1\").Check(\"x\");", "There is no backend absent/1", 5)]
    [InlineData("Bridge.On(\"nonsense\");", "'nonsense'", 2)]
    [InlineData("#r \"absent.dll\"", "Looked for", 2)]
    [InlineData("int F(int n) => 1 + F(n + 1); return F(1);", "It calls itself too deeply (endless recursion?). (deploy.csx, line 1)", 1)]
    [InlineData("return await Bridge.On(\"hello/1\").Request(\"../../x\");", "../../x failed", 1)]
    public async Task Mistakes_are_told(string script, string error, int code)
    {
        var result = await RunScriptAsync(script);
        Assert.Equal(code, result.Code);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backends_settings_are_options_and_others_are_for_the_script_after_two_dashes()
    {
        const string Script = "return $\"{Settings[\"prefix\"]} {string.Join('+', Args)}\";";
        var result = await RunScriptAsync(Script, "one", "--backend", "hello/1", "--prefix", "optional", "--", "--two", "-3", "--prefix");
        Assert.Equal("optional one+--two+-3+--prefix\n", result.Output);
        AssertRefused(await RunScriptAsync(Script, "--prefx", "nightly"), 2, "Unrecognized option '--prefx'. Put arguments for the script after --.");
    }

    [Fact]
    public async Task Script_that_is_not_there_is_told()
    {
        var result = await RunAsync(["script", Path.Combine(State, "absent.csx")]);
        Assert.Equal(2, result.Code);
        Assert.Contains("There is no script", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watched_script_runs_again_when_it_or_what_it_loads_is_saved()
    {
        Requires.Unix();
        var path = await WriteAsync("#load \"part.csx\"\nConsole.WriteLine($\"one {Part}\");");
        var part = Path.Combine(Path.GetDirectoryName(path)!, "part.csx");
        await File.WriteAllTextAsync(part, "const int Part = 1;");
        await using var program = FleetBridgeProcess.Start(State, ["script", path, "--watch"]);
        await program.WaitForAsync(running => running.Output == "one 1\n", "it has run");
        await program.WaitForAsync(running => running.Error.Contains("ended with exit code 0", StringComparison.Ordinal), "it says so");
        await File.WriteAllTextAsync(part, "const int Part = 22;");
        await program.WaitForAsync(running => running.Output == "one 1\none 22\n", "the loaded file was saved");
        await File.WriteAllTextAsync(path, "Console.WriteLine(three);");
        await program.WaitForAsync(running => running.Error.Contains("deploy.csx(1,19): error CS0103", StringComparison.Ordinal), "its error is told");
        await File.WriteAllTextAsync(path, "Console.WriteLine(\"endless\"); for (;;) ;");
        await program.WaitForAsync(running => running.Output.EndsWith("endless\n", StringComparison.Ordinal), "it loops");
        await File.WriteAllTextAsync(path, "Console.WriteLine(\"last\"); throw new Exception(\"thrown\");");
        await program.WaitForAsync(running => running.Output.EndsWith("endless\nlast\n", StringComparison.Ordinal), "the loop was ended");
        await program.WaitForAsync(running => running.Error.Contains("Exception: thrown (deploy.csx, line 1)", StringComparison.Ordinal), "it failed");
        program.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(130, (await program.WaitAsync()).Code);
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
