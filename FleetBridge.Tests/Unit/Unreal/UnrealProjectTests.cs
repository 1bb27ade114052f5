using System.Text;
using FleetBridge.Tests.Support;
using FleetBridge.Unreal;

namespace FleetBridge.Tests.Unit.Unreal;

public sealed class UnrealProjectTests
{
    private const string Section = "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\n";

    [Fact]
    public void Sample_project_gives_its_settings()
    {
        var settings = UnrealProject.ReadSettings(Path.Combine(Repository.SampleGame, "SampleGame.uproject"));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["prefix"] = "sample",
                ["region_name"] = "us-west-2",
                ["server_package_root"] = Path.Combine(Repository.SampleGame, "Packaged", "WindowsServer"),
                ["fleet_launch_path"] = "C:/game/SampleGame/Binaries/Win64/SampleGameServer.exe",
                ["project_root"] = Repository.SampleGame,
            },
            settings);
        Assert.Empty(UnrealProject.ReadWrapped(Repository.SampleGame));
    }

    [Theory]
    [InlineData("")]
    [InlineData("My.uproject")]
    public void Project_is_named_by_its_folder_or_its_file(string name)
    {
        using var folder = Project(Section + "FleetPrefix=a\n");
        var settings = UnrealProject.ReadSettings(Path.Combine(folder.Path, name));
        Assert.Equal("a", settings["prefix"]);
        Assert.Equal(folder.Path, settings["project_root"]);
    }

    [Fact]
    public void Every_key_of_the_plugin_is_read()
    {
        using var folder = Project(Section
            + "FleetPrefix=p\nAWSProfile=studio\nAWSRegion=eu-west-1\nBOTO3Path=(Path=\"C:/py\")\n"
            + "ServerPackageRoot=(Path=\"/builds/server\")\nFleetLaunchPath=/local/game/A/B\n");
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["prefix"] = "p",
                ["profile_name"] = "studio",
                ["region_name"] = "eu-west-1",
                ["server_package_root"] = Path.GetFullPath("/builds/server"),
                ["fleet_launch_path"] = "/local/game/A/B",
                ["project_root"] = folder.Path,
            },
            UnrealProject.ReadSettings(folder.Path));
    }

    [Theory]
    [InlineData("C:/game/A.exe", "C:/game/A.exe")]
    [InlineData("\"C:/game/My Game/A.exe\"", "C:/game/My Game/A.exe")]
    [InlineData("(FilePath=\"C:/game/A.exe\")", "C:/game/A.exe")]
    [InlineData("(Path=\"C:/game/A.exe\")", "C:/game/A.exe")]
    [InlineData("(FilePath=\"C:\\\\game\\\\A.exe\")", "C:\\game\\A.exe")]
    [InlineData("\"C:\\\\game\\\\A.exe\"", "C:\\game\\A.exe")]
    [InlineData("\"say \\\"hello\\\"\"", "say \"hello\"")]
    [InlineData("\"C:\\game\\A.exe\"", "C:\\game\\A.exe")]
    [InlineData("\\\\server\\share\\A.exe", "\\\\server\\share\\A.exe")]
    [InlineData("a=b;c", "a=b;c")]
    [InlineData("  spaced out  ", "spaced out")]
    [InlineData("Größe/ゲーム", "Größe/ゲーム")]
    public void Value_is_unwrapped_as_the_engine_wrote_it(string written, string read)
    {
        using var folder = Project($"{Section}FleetLaunchPath={written}\n");
        Assert.Equal(read, UnrealProject.ReadSettings(folder.Path)["fleet_launch_path"]);
    }

    /// <summary>As FillFileFromBuffer and FParse of the engine's Core module read them.</summary>
    [Theory]
    [InlineData("AWSProfile=studio // ours", "studio")]
    [InlineData("AWSProfile=studio//ours", "studio")]
    [InlineData("AWSProfile=\"http://x\" // ours", "http://x")]
    [InlineData("AWSProfile=http://x", "http:")]
    [InlineData("AWSProfile=\"studio\" ; x", "studio")]
    [InlineData("AWSProfile=\"Tom\\'s \\\"own\\\"\"", "Tom's \"own\"")]
    [InlineData("AWSProfile=\"a\\tb\"", "a\tb")]
    [InlineData("AWSProfile=\"a \\\" // b\"", "a \" // b")]
    [InlineData("AWSProfile=\"\\x41\\x42\"", "AB")]
    [InlineData("AWSProfile=\"\\u00e4b\\u00fc\"", "äbü")]
    [InlineData("AWSProfile=\"\\U0001F600!\"", "\U0001F600!")]
    [InlineData("AWSProfile=\"\\101\\1012\"", "AA2")]
    [InlineData("AWSProfile=\"\\xg\\u\\9\"", "\\xg\\u\\9")]
    [InlineData("AWSProfile=\"a\\x00g\"", "a")]
    [InlineData("AWSProfile=\"\\xffffffffff\"", "\uffff")]
    [InlineData("+AWSProfile=studio", "studio")]
    [InlineData(".AWSProfile=studio", "studio")]
    [InlineData("@AWSProfile=studio", null)]
    [InlineData("^AWSProfile=studio", null)]
    [InlineData("~AWSProfile=studio", "studio")]
    [InlineData("*AWSProfile=studio", null)]
    [InlineData("AWSProfile=first\n-AWSProfile=first", null)]
    [InlineData("AWSProfile=first\n-AWSProfile=other", "first")]
    [InlineData("AWSProfile=first\n!AWSProfile=ClearArray", null)]
    [InlineData("AWSProfile=stu\\\ndio", "stu dio")]
    [InlineData("AWSProfile=stu\\\r\ndio", "stu dio")]
    [InlineData("// AWSProfile=studio", null)]
    [InlineData("; AWSProfile=studio", null)]
    public void Line_is_read_as_the_engine_reads_it(string written, string? read)
    {
        using var folder = Project(Section + written + "\n");
        Assert.Equal(read, UnrealProject.ReadSettings(folder.Path).GetValueOrDefault("profile_name"));
    }

    [Fact]
    public void Utf16_without_its_mark_is_read_and_latin_1_is_named()
    {
        using var folder = Project("");
        var file = folder["Config", "DefaultEditor.ini"];
        File.WriteAllBytes(file, Encoding.Unicode.GetBytes(Section + "AWSProfile=Größe\n"));
        Assert.Equal("Größe", UnrealProject.ReadSettings(folder.Path)["profile_name"]);
        File.WriteAllBytes(file, Encoding.BigEndianUnicode.GetBytes(Section + "AWSProfile=Größe\n"));
        Assert.Equal("Größe", UnrealProject.ReadSettings(folder.Path)["profile_name"]);
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(Section + "AWSProfile=Größe\n"));
        var problem = Assert.Throws<FileNotFoundException>(() => UnrealProject.ReadSettings(folder.Path));
        Assert.Contains("Latin-1", problem.Message, StringComparison.Ordinal);
        Assert.Contains(file, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("(Path=\"\")")]
    public void Blank_value_counts_as_absent(string written)
    {
        using var folder = Project($"{Section}ServerPackageRoot={written}\nAWSProfile={written}\n");
        Assert.Equal(["project_root"], UnrealProject.ReadSettings(folder.Path).Keys);
    }

    [Fact]
    public void Comments_other_sections_and_unknown_keys_do_not_count()
    {
        using var folder = Project(
            "FleetPrefix=before\n[/Script/Other.Settings]\nFleetPrefix=other\n" + Section
            + ";FleetPrefix=comment\n  ; AWSRegion=comment\nFleetPrefix = mine \nSomething=else\nno equals sign\n=nothing\n"
            + "[/Script/After.Settings]\nFleetPrefix=after\n");
        var settings = UnrealProject.ReadSettings(folder.Path);
        Assert.Equal("mine", settings["prefix"]);
        Assert.Equal(["prefix", "project_root"], settings.Keys.Order());
    }

    [Fact]
    public void Later_line_of_a_key_wins()
    {
        using var folder = Project(Section + "FleetPrefix=first\nFleetPrefix=second\n");
        Assert.Equal("second", UnrealProject.ReadSettings(folder.Path)["prefix"]);
    }

    [Fact]
    public void Windows_line_ends_and_other_case_are_read()
    {
        using var folder = Project(Section.ToUpperInvariant().TrimEnd() + "\r\nfleetprefix=a\r\n");
        Assert.Equal("a", UnrealProject.ReadSettings(folder.Path)["prefix"]);
    }

    [Fact]
    public void Utf16_as_the_engine_writes_it_is_read()
    {
        using var folder = Project("");
        File.WriteAllText(folder["Config", "DefaultEditor.ini"], Section + "AWSProfile=Größe\n", Encoding.Unicode);
        Assert.Equal("Größe", UnrealProject.ReadSettings(folder.Path)["profile_name"]);
    }

    [Theory]
    [InlineData("Packaged/WindowsServer")]
    [InlineData("./Packaged/../Packaged/WindowsServer")]
    public void Relative_package_folder_counts_from_the_project(string written)
    {
        using var folder = Project($"{Section}ServerPackageRoot=(Path=\"{written}\")\n");
        Assert.Equal(
            folder["Packaged", "WindowsServer"], UnrealProject.ReadSettings(folder.Path)["server_package_root"]);
    }

    [Fact]
    public void Variables_of_the_engine_are_replaced()
    {
        using var folder = Project(
            $"{Section}ServerPackageRoot=%GAMEDIR%Packaged/%GAME%Server\nAWSProfile=%game%\nBOTO3Path=%GAMEDIR%Content/Python\n");
        var settings = UnrealProject.ReadSettings(folder.Path);
        Assert.Equal(folder["Packaged", "MyServer"], settings["server_package_root"]);
        Assert.Equal("%game%", settings["profile_name"]);
        Assert.Equal(
            ($"{folder.Path.Replace('\\', '/')}/Content/Python", folder["Content", "Python"]), UnrealProject.ReadModuleFolder(folder.Path));
    }

    [Theory]
    [InlineData("(Path=\"C:\\\\py\\\\\")", "BOTO3Path=C:/py/")]
    [InlineData("(path=C:/py)", "BOTO3Path=C:/py")]
    [InlineData("(Path=\"\\\\\\\\server\\\\py\")", "BOTO3Path=\"//server/py\"")]
    [InlineData("(Path=\"C:/it's\")", null)]
    [InlineData("C:\\py", null)]
    public void Line_to_write_for_the_module_is_one_that_the_plugin_can_use(string written, string? line)
    {
        using var folder = Project($"{Section}BOTO3Path={written}\nServerPackageRoot=(Path=\"D:\\\\Builds\\\\\")\n");
        string[] expected = [.. line is null ? [] : new[] { line }, "ServerPackageRoot=\"D:\\\\Builds\\\\\""];
        Assert.Equal(expected, UnrealProject.ReadWrapped(folder.Path));
    }

    [Fact]
    public void Folder_of_a_windows_project_read_on_another_system_stays_as_it_is()
    {
        using var folder = Project(Section + "ServerPackageRoot=(Path=\"Z:/Builds/WindowsServer\")\n");
        Assert.Equal(
            "Z:/Builds/WindowsServer", UnrealProject.ReadSettings(folder.Path)["server_package_root"].Replace('\\', '/'));
    }

    [Fact]
    public void Separator_at_the_end_of_the_folder_does_not_count()
    {
        using var folder = Project(Section);
        Assert.Equal(folder.Path, UnrealProject.ReadSettings(folder.Path + Path.DirectorySeparatorChar)["project_root"]);
    }

    [Fact]
    public void Project_without_the_section_gives_its_folder()
    {
        using var folder = Project("[/Script/Other.Settings]\nFleetPrefix=other\n");
        Assert.Equal(["project_root"], UnrealProject.ReadSettings(folder.Path).Keys);
    }

    [Fact]
    public void Missing_project_is_named()
    {
        using var folder = new TemporaryFolder();
        var missing = folder["No.uproject"];
        Assert.Contains(missing, Assert.Throws<FileNotFoundException>(() => UnrealProject.ReadSettings(missing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_configuration_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["My.uproject"], "{}");
        var error = Assert.Throws<FileNotFoundException>(() => UnrealProject.ReadSettings(folder["My.uproject"]));
        Assert.Contains(folder["Config", "DefaultEditor.ini"], error.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Project(string ini)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["Config"]);
        File.WriteAllText(folder["My.uproject"], "{}");
        File.WriteAllText(folder["Config", "DefaultEditor.ini"], ini);
        return folder;
    }
}
