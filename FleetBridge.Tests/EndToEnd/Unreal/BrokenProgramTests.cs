using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>What the module says when there is no program, or not a good one.</summary>
public sealed class BrokenProgramTests : ModuleTest
{
    [Fact]
    public async Task Missing_program_is_told_with_what_to_do()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", ""), ("PATH", Folder.Path), ("HOME", Folder.Path));
        await AssertRaisesAsync(
            editor,
            "was not found",
            Folder["python", "fleet_bridge.py"],
            $"run 'fleetbridge unreal install \"{Folder["python"]}\"'",
            "FLEETBRIDGE_PATH");
    }

    [Fact]
    public async Task Place_that_was_noted_and_is_gone_is_told()
    {
        Requires.Unix();
        Requires.Python();
        File.WriteAllText(Path.Combine(PythonEditor.PlaceModule(Folder), "fleet_bridge.path"), Folder["gone", "fleetbridge"] + "\n");
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", ""), ("PATH", Folder.Path), ("HOME", Folder.Path));
        await AssertRaisesAsync(editor, "was not found", $"not at {Folder["gone", "fleetbridge"]} (fleet_bridge.path)");
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("")]
    [InlineData("text.txt")]
    public async Task Variable_that_leads_nowhere_is_told(string name)
    {
        Requires.Unix();
        Requires.Python();
        File.WriteAllText(Folder["text.txt"], "no program");
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", Folder[name]));
        await AssertRaisesAsync(editor, $"FLEETBRIDGE_PATH is {Folder[name]}, but there is no fleetbridge", "Set it to");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}/fleetbridge.dll")]
    [InlineData("  \"{0}/fleetbridge\"  ")]
    public async Task Variable_names_the_program_its_folder_or_its_library(string form)
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Repository.ProgramFolder)));
        await editor.ServeAsync(Ports);
        Assert.Equal(editor.Bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Theory]
    [InlineData("python/fleetbridge")]
    [InlineData("python/fleetbridge/fleetbridge")]
    [InlineData("path/fleetbridge")]
    [InlineData(".dotnet/tools/fleetbridge")]
    public async Task Program_is_found_beside_the_module_and_on_the_path(string place)
    {
        Requires.Unix();
        Requires.Python();
        var program = Folder[place.Split('/')];
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        Script(program, $"exec '{FleetBridgeProcess.Program}' \"$@\"");
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", ""), ("PATH", Folder["path"]), ("HOME", Folder.Path));
        await editor.ServeAsync(Ports);
        Assert.Equal(editor.Bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Theory]
    [InlineData("echo 'it is broken' >&2; exit 3", "exit code 3", "it is broken")]
    [InlineData("exit 0", "exit code 0", "It gave no reason.")]
    [InlineData("kill -9 $$", "exit code -9", "It gave no reason.")]
    [InlineData("exec >&-; sleep 0.1; echo 'late words' >&2; exit 4", "exit code 4", "late words")]
    [InlineData("head -c 1000000 /dev/zero >&2; echo 'last words' >&2; exit 5", "exit code 5", "last words")]
    public async Task Program_that_ends_at_its_start_is_told_with_its_reason(string script, params string[] texts)
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", Script(Folder["program"], script)));
        await AssertRaisesAsync(editor, ["ended at its start", "fleetbridge doctor", .. texts]);
    }

    [Theory]
    [InlineData(131)]
    [InlineData(150)]
    public async Task Program_without_a_runtime_is_told_with_the_archive_to_take(int code)
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", Script(Folder["program"], $"echo 'of the starter' >&2; exit {code}")));
        await AssertRaisesAsync(editor, "needs the .NET 10 and ASP.NET Core runtimes", "'self-contained' in its name", "of the starter");
    }

    [Fact]
    public async Task Own_program_without_a_runtime_is_told_with_the_archive_to_take()
    {
        Requires.Unix();
        Requires.Python();
        Directory.CreateDirectory(Folder["empty"]);
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", FleetBridgeProcess.Program), ("DOTNET_ROOT", Folder["empty"]));
        await AssertRaisesAsync(editor, "needs the .NET 10 and ASP.NET Core runtimes", "'self-contained' in its name", "You must install .NET");
    }

    [Fact]
    public async Task Library_without_a_dotnet_is_told_with_the_archive_to_take()
    {
        Requires.Unix();
        Requires.Python();
        Directory.CreateDirectory(Folder["empty"]);
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", Path.Combine(Repository.ProgramFolder, "fleetbridge.dll")),
            ("PATH", Folder["empty"]),
            ("DOTNET_ROOT", Folder["empty"]));
        await AssertRaisesAsync(editor, "There is no dotnet on the PATH", "'self-contained' in its name");
    }

    [Fact]
    public async Task Program_that_finds_a_port_taken_is_believed()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", Script(Folder["program"], "echo 'Port 1 is taken by Somebody. End it.' >&2; exit 6")));
        await AssertRaisesAsync(editor, "Port 1 is taken by Somebody. End it.");
    }

    [Fact]
    public async Task Program_that_hangs_is_killed()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", Script(Folder["program"], $"echo $$ > '{Folder["pid"]}'; exec sleep 600")));
        await AssertRaisesAsync(editor, "did not start within 8.5 s", "fleetbridge serve");
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Program_that_closes_its_output_and_hangs_is_killed()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", Script(Folder["program"], $"echo $$ > '{Folder["pid"]}'; exec sleep 600 >&-")));
        await AssertRaisesAsync(editor, "exit code -9");
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Program_that_is_another_one_is_killed()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor(
            ("FLEETBRIDGE_PATH", Script(Folder["program"], $"echo $$ > '{Folder["pid"]}'; echo Welcome to Snake; exec sleep 600")));
        await AssertRaisesAsync(editor, "is not FleetBridge: it printed 'Welcome to Snake'", "FLEETBRIDGE_PATH");
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Program_that_the_system_cannot_run_is_told()
    {
        Requires.Unix();
        Requires.Python();
        var program = Folder["program"];
        Executable(program, "#!/no/such/shell\n");
        await using var editor = StartEditor(("FLEETBRIDGE_PATH", program));
        await AssertRaisesAsync(editor, $"{program} cannot be started", "Install FleetBridge again");
    }

    /// <summary>A program that is a script.</summary>
    private static string Script(string path, string text) => Executable(path, $"#!/bin/sh\n{text}\n");

    private static string Executable(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private Task AssertGoneAsync()
    {
        var id = int.Parse(File.ReadAllText(Folder["pid"]), System.Globalization.CultureInfo.InvariantCulture);
        return Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(id), "it has been killed");
    }
}
