using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>What <c>new backend</c> writes is used as it is: built, loaded, asked.</summary>
public sealed class NewCommandTests : CliTest
{
    private string Output => Folder["a place"];

    private string Backends => Path.Combine(Output, "backends");

    [Fact]
    public async Task Project_builds_without_any_registry_and_works_as_it_is()
    {
        var written = await NewAsync("my-backend");
        var place = Path.Combine(Backends, "my-backend", "1");
        Assert.Equal([".gitignore", "MyBackend.cs", "MyBackend.csproj", "README.md", "metadata.json"], FilesIn(place));
        Assert.Equal($"dotnet build \"{Output}{Path.DirectorySeparatorChar}backends/my-backend/1\"", written.Lines[1]);

        await BuildAsync(place);
        await AssertWorksAsync("my-backend/1");

        // built again, from scratch, as an editor does; obj/ and all is there by now
        await BuildAsync(place, "--no-incremental");
        await AssertWorksAsync("my-backend/1");
    }

    [Fact]
    public async Task Script_works_as_it_is()
    {
        var written = await NewAsync("words", "--script");
        Assert.Equal(["README.md", "backend.csx", "metadata.json"], FilesIn(Path.Combine(Backends, "words", "1")));
        Assert.DoesNotContain("dotnet build", written.Output, StringComparison.Ordinal);
        await AssertWorksAsync("words/1");
    }

    [Theory]
    [InlineData("class")]
    [InlineData("backend")]
    [InlineData("task")]
    [InlineData("system-io")]
    public async Task Script_of_an_awkward_name_is_valid(string name)
    {
        await NewAsync(name, "--script");
        Assert.Equal(0, (await AskAsync("create", $"{name}/1")).Code);
    }

    [Fact]
    public async Task Project_of_an_awkward_name_builds_under_strict_rules_of_its_surroundings()
    {
        Directory.CreateDirectory(Output);
        await File.WriteAllTextAsync(Path.Combine(Output, "Directory.Build.props"), """
            <Project>
              <PropertyGroup>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <AnalysisLevel>latest-recommended</AnalysisLevel>
                <GenerateDocumentationFile>true</GenerateDocumentationFile>
                <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
              </PropertyGroup>
            </Project>
            """);
        await NewAsync("task");
        await BuildAsync(Path.Combine(Backends, "task", "1"));
        Assert.Equal(0, (await AskAsync("create", "task/1")).Code);
    }

    [Fact]
    public async Task Project_that_finds_no_contract_says_how_to_name_it()
    {
        await NewAsync("lost");
        var (code, output) = await DotnetBuild.RunAsync(
            Path.Combine(Backends, "lost", "1"), Folder.Path, new Dictionary<string, string> { ["FLEETBRIDGE_HOME"] = Folder["nowhere"] });
        Assert.Equal(1, code);
        Assert.Contains($"There is no FleetBridge.Backends.dll in '{Folder["nowhere"]}'", output, StringComparison.Ordinal);
        Assert.Contains("-p:FLEETBRIDGE_HOME=", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Readme_is_about_ten_lines_with_the_commands_to_begin_with(bool script)
    {
        await NewAsync("hello", script ? ["--script"] : []);
        var lines = await File.ReadAllLinesAsync(Path.Combine(Backends, "hello", "1", "README.md"));
        Assert.InRange(lines.Length, 8, 12);
        Assert.Contains("    fleetbridge create server --backends backends --backend hello/1", lines);
        Assert.Equal(!script, lines.Contains("    dotnet build backends/hello/1"));
        Assert.All(lines, line => Assert.DoesNotContain("{{", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("Upper")]
    [InlineData("3d")]
    public async Task Name_that_cannot_be_one_is_refused_and_nothing_is_written(string name)
    {
        AssertRefused(
            await RunAsync("new", "backend", name, "--output", Output), 2, $"'{name}' is not a valid backend name", "lower-case", "See 'fleetbridge new backend --help'.");
        Assert.False(Path.Exists(Output));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_there_is_never_overwritten(bool isFile)
    {
        var place = Path.Combine(Backends, "mine", "1");
        Directory.CreateDirectory(isFile ? Path.GetDirectoryName(place)! : place);
        var file = isFile ? place : Path.Combine(place, "metadata.json");
        await File.WriteAllTextAsync(file, "mine");
        AssertRefused(await RunAsync("new", "backend", "mine", "--output", Output), 2, place, "It already exists");
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
        Assert.Equal([file], Directory.GetFiles(Output, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Second_version_beside_the_first_is_left_alone()
    {
        var other = Directory.CreateDirectory(Path.Combine(Backends, "mine", "2")).FullName;
        await NewAsync("mine", "--script");
        Assert.Empty(FilesIn(other));
        Assert.NotEmpty(FilesIn(Path.Combine(Backends, "mine", "1")));
    }

    [Fact]
    public async Task Output_that_is_a_file_is_named_and_left()
    {
        await File.WriteAllTextAsync(Output, "a file");
        AssertRefused(await RunAsync("new", "backend", "hello", "--output", Output), 2, $"{Output} is a file.");
        Assert.Equal("a file", await File.ReadAllTextAsync(Output));
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_named()
    {
        Requires.Unix();
        // nobody may write there, the administrator neither
        var place = OperatingSystem.IsLinux() ? "/proc" : "/dev";
        AssertRefused(
            await RunAsync("new", "backend", "hello", "--output", place), 2, $"cannot be created as {place}/backends/hello/1");
    }

    [Fact]
    public async Task Blank_output_is_refused() =>
        AssertRefused(await RunAsync("new", "backend", "hello", "--output", " "), 2, "--output must not be empty");

    private async Task<FleetBridgeResult> NewAsync(string name, params string[] options)
    {
        var result = await RunAsync(["new", "backend", name, "--output", Output, .. options]);
        Assert.True(result is { Code: 0, Error: "" }, $"exit code {result.Code}\n{result.Output}\n{result.Error}");
        Assert.Contains(Path.Combine(Backends, name, "1"), result.Lines[0], StringComparison.Ordinal);
        return result;
    }

    /// <summary>With an empty package cache and a registry that nobody can reach.</summary>
    private async Task BuildAsync(string project, params string[] options)
    {
        var (code, output) = await DotnetBuild.RunAsync(
            project,
            Folder.Path,
            new Dictionary<string, string> { ["NUGET_PACKAGES"] = Folder["packages"], ["RestoreSources"] = "https://localhost:1/index.json" },
            options);
        Assert.True(code == 0, output);
        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);
    }

    private async Task AssertWorksAsync(string backend)
    {
        var absent = await AskAsync("check", backend);
        Assert.Equal((1, "ABSENT"), (absent.Code, (string?)absent.Json["server"]?["Details"]?["State"]));

        var created = await AskAsync("create", backend);
        Assert.Equal(0, created.Code);
        Assert.Contains("Creating the server", created.Error, StringComparison.Ordinal);
        var file = Folder["servers", "nightly-server.txt"];
        Assert.Equal(file, (string?)created.Json["server"]?["Details"]?["File"]);
        Assert.True(File.Exists(file));

        var there = await AskAsync("check", backend);
        Assert.Equal((0, "ACTIVE"), (there.Code, (string?)there.Json["server"]?["Details"]?["State"]));
        Assert.Equal(0, (await AskAsync("create", backend)).Code);

        Assert.Equal(0, (await AskAsync("delete", backend)).Code);
        Assert.False(File.Exists(file));
        Assert.Equal(0, (await AskAsync("delete", backend)).Code);
        Assert.Equal(4, (await AskAsync("check", backend, "--prefix", "../x")).Code);

        // a folder that cannot be used is for the user to fix, and not a bug
        await File.WriteAllTextAsync(Folder["file"], "");
        var refused = await AskAsync("create", backend, "--folder", Folder["file"]);
        Assert.Equal(1, refused.Code);
        Assert.Contains("Choose another folder", refused.Error + refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", refused.Error + refused.Output, StringComparison.Ordinal);
    }

    private Task<FleetBridgeResult> AskAsync(string operation, string backend, params string[] options) => RunAsync(
    [
        operation, "server", "--json", "--backends", Backends, "--backend", backend,
        .. options.Contains("--prefix") ? [] : new[] { "--prefix", "nightly" },
        .. options.Contains("--folder") ? [] : new[] { "--folder", Folder["servers"] },
        .. options,
    ]);

    private static IEnumerable<string?> FilesIn(string folder) =>
        Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
