using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>Values that were mistyped, or that nobody meant, in the program as a user starts it.</summary>
public sealed class OddValueTests : CliTest
{
    private const int Bug = 70;

    /// <summary>Command lines that end by themselves; the odd value goes to <c>?</c>.</summary>
    public static TheoryData<string> Lines =>
    [
        "config --prefix ?", "config --profile-name ? --region-name ?", "config --backend ?", "config --backends ?", "config --log-file ?",
        "config --project ?", "config --token-file ?", "check packaged_build --server-package-root ?",
        "check packaged_build --server-package-root $folder --fleet-launch-path ?", "check ?", "doctor --project ?", "backends --backends ?",
        "request ?", "request aws/1/config --set ?", "request aws/1/config --project ?", "script ?", "script $script ?", "script $script --set ?",
        "logs --token-file ?", "new backend x --output $folder/?", "unreal install $folder/?", "?", "serve --log-file ?", "serve --token-file ?",
        "serve --backends ?", "serve --request ?", "host --fleet-id ? --alias-id ?", "local --executable ?", "local --project ?",
        "local --server-package-root $folder --fleet-launch-path ?", "session join --session ?", "session create --open ?",
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Odd_value_ends_no_command_with_a_trace(string line)
    {
        File.WriteAllText(Folder["a.csx"], "return 0;");
        foreach (var value in new[] { "", "/", "@x\ny", new string('a', 10_000) })
        {
            var args = line.Split(' ').Select(word => word.Replace("?", value, StringComparison.Ordinal)
                .Replace("$script", Folder["a.csx"], StringComparison.Ordinal).Replace("$folder", Folder.Path, StringComparison.Ordinal)).ToList();
            args.AddRange(args[0] switch
            {
                // one that starts in spite of the value ends with its input
                "serve" => ["--stop-with-input", "--http-port", "0", "--websocket-port", "0"],
                "doctor" => ["--http-port", "0", "--websocket-port", "0"],
                "logs" => ["--wait", "0", "--websocket-port", "1"],
                "session" => ["--url", "localhost:1"],
                _ => [],
            });
            // where a value names a file that may be made
            await using var program = FleetBridgeProcess.Start(State, args, Variables, Folder.Path);
            AssertNoTrace(await program.WaitAsync(), line, value);
        }
    }

    [Theory]
    [InlineData("FLEETBRIDGE_LOG_LEVEL", "verbose", "config", 2)]
    [InlineData("FLEETBRIDGE_LOG_LEVEL", "verbose", "backends", 2)]
    [InlineData("FLEETBRIDGE_HTTP_PORT", "many", "doctor", 2)]
    [InlineData("FLEETBRIDGE_WEBSOCKET_PORT", "-1", "logs", 2)]
    [InlineData("FLEETBRIDGE_BACKEND", "aws", "config", 2)]
    [InlineData("FLEETBRIDGE_BACKENDS", "/dev/null", "config", null)]
    [InlineData("FLEETBRIDGE_LOG_FILE", "/", "config", null)]
    [InlineData("FLEETBRIDGE_TOKEN_FILE", "/", "serve", 2)]
    [InlineData("FLEETBRIDGE_STATE", "/dev/null/x", "config", null)]
    [InlineData("FLEETBRIDGE_STATE", "@x\n", "backends", null)]
    public async Task Odd_variable_is_a_mistake_that_is_named(string variable, string value, string command, int? code)
    {
        Requires.Unix();
        if (variable == "FLEETBRIDGE_STATE")
        {
            value = value[0] == '/' ? value : Folder[value];
        }

        // the developer's own bridge may run
        string[] ports = command == "serve" ? ["--http-port", "0", "--websocket-port", "0"] : [];
        var result = await RunAsync(new Dictionary<string, string>(Variables) { [variable] = value }, [command, .. ports]);
        AssertNoTrace(result, variable, value);
        if (code is { } expected)
        {
            Assert.Equal(expected, result.Code);
            Assert.Contains(value.Trim(), result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("config")]
    [InlineData("check fleet")]
    [InlineData("create fleet")]
    [InlineData("delete fleet")]
    [InlineData("browse fleet")]
    [InlineData("doctor")]
    [InlineData("script a.csx")]
    public async Task Mistyped_option_is_refused_before_the_backend_is_loaded(string command)
    {
        foreach (var (option, value, right) in new[]
        {
            ("--log-level", "warn", "debug, info, warning or error"), ("--url", "notaurl", "http://localhost:8000"),
            ("--url", "ftp://localhost:8000", "http://localhost:8000"), ("--log-file", "", "it names a file"),
        })
        {
            // the backend's own options are no mistakes then
            var result = await RunAsync([.. command.Split(' '), option, value, "--prefix", "nightly"]);
            AssertRefused(result, 2, value, right);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task Address_without_its_scheme_is_understood()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Repository.HelloRoot);
        Assert.Contains("hello", (await RunAsync("backends", "--url", $"localhost:{serving.HttpPort}")).Output, StringComparison.Ordinal);
        const string Understood = "'localhost:1' was understood as http://localhost:1";
        var doctor = await RunAsync("doctor", "--url", "localhost:1");
        Assert.Equal(2, doctor.Code);
        Assert.Contains(Understood, doctor.Output, StringComparison.Ordinal);
        foreach (var command in new[] { "config", "check fleet", "backends", "request aws/1/metadata" })
        {
            AssertRefused(await RunAsync([.. command.Split(' '), "--url", "localhost:1"]), 2, Understood);
            AssertRefused(await RunAsync("config", "--url", "http://localhost:1"), 3, "http://localhost:1/");
        }
    }

    [Fact]
    public async Task Values_that_begin_with_an_at_sign_are_values()
    {
        Directory.CreateDirectory(Folder["@game", "Config"]);
        File.WriteAllText(Folder["@game", "G.uproject"], "{}");
        File.WriteAllText(
            Folder["@game", "Config", "DefaultEditor.ini"],
            "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\nFleetPrefix=at\n");
        File.WriteAllText(Folder["a.csx"], "Console.WriteLine(string.Join(\"|\", Args));");
        File.WriteAllText(Folder["@everyone"], "--prefix\nwrong\n");
        Requires.Unix();
        var result = await Shell.RunAsync(
            State,
            $"cd '{Folder.Path}'; $A config --profile-name @corp; $A check packaged_build --server-package-root @builds; "
            + "$A config --project @game/G.uproject; $A script a.csx @everyone; $A config --prefix @everyone");
        Assert.Contains("profile_name: @corp", result.Lines);
        Assert.Contains("@builds", result.Output, StringComparison.Ordinal);
        Assert.Contains("prefix: at", result.Lines);
        Assert.Contains("@everyone", result.Lines);
        Assert.DoesNotContain("wrong", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_end_in_one_line()
    {
        Requires.Unix();
        foreach (var command in new[] { "config --log-level", "config --url", "script", "request", "check", "", "config --project", "completion" })
        {
            AssertNoTrace(await Shell.RunAsync(State, $"$A {command} $'\\xff\\xfe\\x80'"), command, "invalid UTF-8");
        }
    }

    [Theory]
    [InlineData("chekc", "check")]
    [InlineData("config --perfix x", "--prefix")]
    [InlineData("check fleet --perfix x", "--prefix")]
    public async Task Likely_word_is_suggested_in_the_same_line(string line, string likely)
    {
        var result = await RunAsync(line.Split(' '));
        AssertRefused(result, 2, $"Did you mean '{likely}'?", "See 'fleetbridge");
        Assert.Equal(2, result.Error.TrimEnd().Split('\n').Length);
    }

    private Dictionary<string, string> Variables => new()
    {
        ["HOME"] = Folder["home"],
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1",
        ["AWS_MAX_ATTEMPTS"] = "1",
    };

    private static void AssertNoTrace(FleetBridgeResult result, string line, string value)
    {
        var shown = $"{line} with '{(value.Length > 50 ? $"{value.Length} letters" : value)}': {result.Code}\n{result.Error[..Math.Min(result.Error.Length, 3000)]}";
        Assert.True(result.Code != Bug, shown);
        Assert.False(result.Error.Contains("   at ", StringComparison.Ordinal), shown);
        Assert.False((result.Output + result.Error).Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')), shown);
    }
}
