using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class UnrealCommandTests : CliTest
{
    private const string Section = "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\n";

    private string Plain => Directory.CreateDirectory(Folder["Ein Ordner für Python"]).FullName;

    [Fact]
    public async Task Module_is_copied_byte_for_byte_with_a_note_of_the_program()
    {
        var result = await RunAsync("unreal", "install", Plain);
        AssertDone(result);
        AssertInstalledIn(Plain);
        Assert.Contains("Installed ", result.Output, StringComparison.Ordinal);
        Assert.Contains($"BOTO3Path={Plain.Replace('\\', '/')}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_is_tried_with_python()
    {
        Requires.Python();
        var result = await RunAsync(new Dictionary<string, string> { ["FLEETBRIDGE_PATH"] = "/nowhere" }, "unreal", "install", Plain);
        AssertDone(result);
        Assert.Contains("Tried it: python3 imports the module and finds the program.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_python_it_says_that_the_module_was_not_tried()
    {
        Requires.Unix();
        var result = await RunAsync(new Dictionary<string, string> { ["PATH"] = Folder.Path }, "unreal", "install", Plain);
        AssertDone(result);
        Assert.Contains("The module was not tried", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Installed_module_starts_the_program_that_installed_it()
    {
        Requires.Unix();
        Requires.Python();
        AssertDone(await RunAsync("unreal", "install", Directory.CreateDirectory(Folder["python"]).FullName));
        await using var editor = PythonEditor.Start(Folder, new Dictionary<string, string>
        {
            ["FLEETBRIDGE_PATH"] = "",
            ["PATH"] = Folder.Path,
            ["HOME"] = Folder.Path,
        });
        await editor.ServeAsync((FreePorts.Take(), FreePorts.Take()));
        Assert.NotEqual(0, editor.Bridge);
    }

    [Fact]
    public async Task Second_installation_changes_nothing()
    {
        AssertDone(await RunAsync("unreal", "install", Plain));
        var before = File.GetLastWriteTimeUtc(Path.Combine(Plain, "fleet_bridge.py"));
        var result = await RunAsync("unreal", "install", Plain + Path.DirectorySeparatorChar);
        AssertDone(result);
        Assert.Contains("is up to date.", result.Output, StringComparison.Ordinal);
        AssertInstalledIn(Plain);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(Plain, "fleet_bridge.py")));
    }

    [Fact]
    public async Task Older_module_and_its_note_are_replaced()
    {
        foreach (var beginning in new[] { "FleetBridge beside the Unreal editor", "FleetBridge for the Unreal editor" })
        {
            File.WriteAllText(Path.Combine(Plain, "fleet_bridge.py"), $"\"\"\"{beginning}: as it was.\"\"\"\n");
            File.WriteAllText(Path.Combine(Plain, "fleet_bridge.path"), "/old/place/fleetbridge\n");
            var result = await RunAsync("unreal", "install", Plain);
            AssertDone(result);
            AssertInstalledIn(Plain);
        }
    }

    [Fact]
    public async Task Module_of_the_original_plugin_is_kept_and_named()
    {
        foreach (var (text, kept) in new[] { ("import boto3\n", "fleet_bridge.py.bak"), ("", "fleet_bridge.py.bak2") })
        {
            File.WriteAllText(Path.Combine(Plain, "fleet_bridge.py"), text);
            var result = await RunAsync("unreal", "install", Plain);
            AssertDone(result);
            Assert.Contains($"was kept as {Path.Combine(Plain, kept)}.", result.Output, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(Path.Combine(Plain, kept)));
            File.Delete(Path.Combine(Plain, "fleet_bridge.py"));
        }
    }

    [Fact]
    public async Task Package_that_would_be_imported_instead_is_named()
    {
        Directory.CreateDirectory(Path.Combine(Plain, "fleet_bridge"));
        File.WriteAllText(Path.Combine(Plain, "fleet_bridge", "__init__.py"), "");
        AssertRefused(await RunAsync("unreal", "install", Plain), 2, Path.Combine(Plain, "fleet_bridge"), "Rename it");
        Assert.Single(Directory.GetFileSystemEntries(Plain));
    }

    [Fact]
    public async Task Program_that_would_be_started_instead_is_named()
    {
        Requires.Unix();
        Requires.Python();
        var other = Path.Combine(Plain, "fleetbridge");
        File.Copy("/bin/sh", other);
        var result = await RunAsync("unreal", "install", Plain);
        AssertRefused(result, 1, other, "fleet_bridge.path");
    }

    [Theory]
    [InlineData("")]
    [InlineData("My.uproject")]
    public async Task Project_gets_it_where_its_setting_says(string name)
    {
        var project = Project($"{Section}BOTO3Path={Plain.Replace('\\', '/')}\n");
        var result = await RunAsync("unreal", "install", Path.Combine(project, name));
        AssertDone(result);
        AssertInstalledIn(Plain);
        Assert.Contains("BOTO3Path names this folder", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Section)]
    [InlineData(null)]
    public async Task Project_without_the_setting_gets_it_where_the_engine_looks(string? ini)
    {
        var project = Project(ini);
        var place = Path.Combine(project, "Content", "Python");
        var result = await RunAsync("unreal", "install", project);
        AssertDone(result);
        AssertInstalledIn(place);
        Assert.Contains($"BOTO3Path={place.Replace('\\', '/')}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_in_a_project_whose_setting_is_another_one_says_what_to_set()
    {
        var project = Project($"{Section}BOTO3Path={Plain.Replace('\\', '/')}\n");
        var plugin = Directory.CreateDirectory(Path.Combine(project, "Plugins", "Fleeterator")).FullName;
        var result = await RunAsync("unreal", "install", plugin);
        AssertDone(result);
        AssertInstalledIn(plugin);
        Assert.Contains($"BOTO3Path is {Plain}. Set it to this folder", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(Path=\"{0}\")", "as a plain text")]
    [InlineData("python", "counts from the editor's own folder")]
    [InlineData("./python", "counts from the editor's own folder")]
    public async Task Setting_that_the_plugin_reads_otherwise_is_an_error_with_the_line_to_write(string written, string message)
    {
        var place = Directory.CreateDirectory(Folder["Project", "python"]).FullName.Replace('\\', '/');
        var project = Project($"{Section}BOTO3Path={string.Format(System.Globalization.CultureInfo.InvariantCulture, written, place)}\n");
        var result = await RunAsync("unreal", "install", project);
        AssertInstalledIn(place);
        AssertRefused(result, 1, message, $"BOTO3Path={place}");
        Assert.DoesNotContain("Start the editor", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("py\\Users")]
    [InlineData("py\\new")]
    public async Task Folder_that_breaks_the_plugins_line_of_python_is_an_error(string name)
    {
        Requires.Unix();
        Requires.Python();
        var place = Directory.CreateDirectory(Folder[name]).FullName;
        AssertRefused(await RunAsync("unreal", "install", Project($"{Section}BOTO3Path={place}\n")), 1, place, "no apostrophe and no backslash");
        AssertRefused(await RunAsync("unreal", "install", place), 1, place, "Choose another folder");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("{a} größer")]
    [InlineData("semi;colon = 100 %")]
    [InlineData("quo\"te")]
    [InlineData("comma, (round) [square] & $HOME")]
    public async Task Line_that_it_says_to_write_names_the_folder_when_it_is_written(string name)
    {
        Requires.Unix();
        Requires.Python();
        var place = Directory.CreateDirectory(Folder[name]).FullName;
        var said = await RunAsync("unreal", "install", place);
        AssertDone(said);
        var begin = said.Output.IndexOf("BOTO3Path=", StringComparison.Ordinal);
        var line = said.Output[begin..said.Output.LastIndexOf(").", StringComparison.Ordinal)];
        var result = await RunAsync("unreal", "install", Project($"{Section}{line}\n"));
        AssertDone(result);
        AssertInstalledIn(place);
        Assert.Contains("BOTO3Path names this folder", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", "\r\n")]
    [InlineData("utf-16BE", "\n")]
    [InlineData("utf-8", "\r")]
    public async Task Configuration_of_any_encoding_is_read_and_stays_as_it_is(string encoding, string lineEnd)
    {
        var project = Project("");
        var file = Path.Combine(project, "Config", "DefaultEditor.ini");
        var text = System.Text.Encoding.GetEncoding(encoding);
        File.WriteAllText(file, $"{Section}BOTO3Path={Plain.Replace('\\', '/')}\n".Replace("\n", lineEnd, StringComparison.Ordinal), text);
        var before = File.ReadAllBytes(file);
        File.SetAttributes(file, FileAttributes.ReadOnly);
        for (var time = 0; time < 2; time++)
        {
            var result = await RunAsync("unreal", "install", project);
            AssertDone(result);
            Assert.Contains("BOTO3Path names this folder", result.Output, StringComparison.Ordinal);
        }

        AssertInstalledIn(Plain);
        Assert.Equal(before, File.ReadAllBytes(file));
        File.SetAttributes(file, FileAttributes.Normal);
    }

    [Fact]
    public async Task Configuration_in_latin_1_is_named_and_nothing_is_installed()
    {
        var project = Project("");
        var file = Path.Combine(project, "Config", "DefaultEditor.ini");
        File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes($"{Section}BOTO3Path={Plain}\n"));
        AssertRefused(await RunAsync("unreal", "install", project), 2, file, "Latin-1", "Save it as UTF-8");
        Assert.False(Directory.Exists(Path.Combine(project, "Content")));
        Assert.Empty(Directory.GetFileSystemEntries(Plain));
    }

    [Fact]
    public async Task Engines_folder_with_an_apostrophe_is_never_a_line_to_write()
    {
        foreach (var setting in new[] { "", $"BOTO3Path={Plain.Replace('\\', '/')}\n" })
        {
            var project = Project($"{Section}{setting}", "Tom's Game");
            var place = Directory.CreateDirectory(Path.Combine(project, "Content", "Python")).FullName;
            var result = await RunAsync("unreal", "install", place);
            AssertDone(result);
            Assert.Contains("The engine imports from this folder by itself", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("BOTO3Path=", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Python_without_a_3_in_its_name_is_used_too()
    {
        Requires.Unix();
        Requires.Python();
        var place = Directory.CreateDirectory(Folder["it's"]).FullName;
        var programs = Directory.CreateDirectory(Folder["bin"]).FullName;
        foreach (var (name, script) in new[] { ("python3", "exit 1"), ("python", $"exec '{Python.Program}' \"$@\"") })
        {
            File.WriteAllText(Path.Combine(programs, name), $"#!/bin/sh\n{script}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(programs, name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        var result = await RunAsync(
            new Dictionary<string, string> { ["PATH"] = programs }, "unreal", "install", Project($"{Section}BOTO3Path={place}\n"));
        AssertRefused(result, 1, "Python cannot read the plugin's line");
        Assert.Contains("Tried it", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setting_that_would_run_something_is_read_and_not_run()
    {
        Requires.Unix();
        Requires.Python();
        var place = Directory.CreateDirectory(Folder["x'); open('ran', 'w') #"]).FullName;
        AssertRefused(await RunAsync("unreal", "install", Project($"{Section}BOTO3Path={place}\n")), 1, place);
        Assert.Empty(Directory.GetFiles(Folder.Path, "ran", SearchOption.AllDirectories));
        Assert.False(File.Exists("ran"));
    }

    [Fact]
    public async Task Setting_that_names_no_folder_is_reported()
    {
        var project = Project($"{Section}BOTO3Path={Folder["nowhere"].Replace('\\', '/')}\n");
        AssertRefused(await RunAsync("unreal", "install", project), 2, "BOTO3Path", Folder["nowhere"]);
    }

    [Theory]
    [InlineData("nowhere", "There is no folder")]
    [InlineData("file.txt", "is neither a folder nor a .uproject")]
    public async Task Place_that_is_no_folder_is_named(string name, string text)
    {
        File.WriteAllText(Folder["file.txt"], "");
        AssertRefused(await RunAsync("unreal", "install", Folder[name]), 2, Folder[name], text);
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_named()
    {
        Requires.Unix();
        // nobody may write there, the administrator neither
        var place = OperatingSystem.IsLinux() ? "/proc" : "/dev";
        AssertRefused(await RunAsync("unreal", "install", place), 2, $"cannot be installed into {place}");
    }

    [Fact]
    public async Task Missing_place_is_a_usage_error_that_names_the_help() =>
        AssertRefused(await RunAsync("unreal", "install"), 2, "See 'fleetbridge unreal install --help'.");

    [Fact]
    public async Task Help_says_which_folder_to_name()
    {
        var help = await RunAsync("unreal", "install", "--help");
        Assert.Equal(0, help.Code);
        Assert.Contains("BOTO3Path", help.Output, StringComparison.Ordinal);
        Assert.Contains("Content/Python", help.Output, StringComparison.Ordinal);
    }

    private static void AssertDone(FleetBridgeResult result) =>
        Assert.True(result is { Code: 0, Error: "" }, $"exit code {result.Code}\n{result.Output}\n{result.Error}");

    private static void AssertInstalledIn(string folder)
    {
        Assert.All(
            PythonEditor.ModuleFiles,
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(file)))));
        Assert.Equal(FleetBridgeProcess.Program + "\n", File.ReadAllText(Path.Combine(folder, "fleet_bridge.path")));
        Assert.Equal(
            ["fleet_bridge.path", "fleet_bridge.py", "fleet_bridge_ports.py"],
            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private string Project(string? ini, string name = "Project")
    {
        var project = Directory.CreateDirectory(Folder[name]).FullName;
        File.WriteAllText(Path.Combine(project, "My.uproject"), "{}");
        if (ini is not null)
        {
            Directory.CreateDirectory(Path.Combine(project, "Config"));
            File.WriteAllText(Path.Combine(project, "Config", "DefaultEditor.ini"), ini);
        }

        return project;
    }
}
