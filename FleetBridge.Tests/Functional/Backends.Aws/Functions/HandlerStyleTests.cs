using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Functions;

/// <summary>
/// PEP 8: the basics always, all of it where pycodestyle is installed (https://peps.python.org/pep-0008).
/// </summary>
public sealed partial class HandlerStyleTests
{
    private const int LongestLine = 79;

    private static readonly string[] Listed =
    [
        .. PythonFiles.All
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')),
    ];

    private static IEnumerable<string> Paths => Listed.Select(file => Path.Combine(Repository.Root, file));

    public static TheoryData<string> Files { get; } = [.. Listed];

    [Theory]
    [MemberData(nameof(Files))]
    public void Python_file_keeps_the_basics_of_pep_8(string file) =>
        Assert.Equal([], Offences(File.ReadAllText(Path.Combine(Repository.Root, file), new UTF8Encoding(false, true))));

    [Theory]
    [InlineData("x = 1", "no line end at the end")]
    [InlineData("x = 1\n\n", "empty lines at the end")]
    [InlineData("x = 1\r\n", "line 1: a carriage return")]
    [InlineData("\ufeffx = 1\n", "a byte-order mark")]
    [InlineData("if x:\n\ty = 1\n", "line 2: a tab")]
    [InlineData("x = 1 \n", "line 1: a blank at the end")]
    [InlineData("x = 1\n\ndef y():\n    pass\n", "line 3: 1 empty lines before a definition")]
    [InlineData("x = 1\n\n\n@z\n\ndef y():\n    pass\n", "line 6: 1 empty lines before a definition")]
    [InlineData("def y():\n    pass\n\nx = 1\n", "line 4: 1 empty lines after a definition")]
    public void Offence_is_found(string text, string offence) => Assert.Equal([offence], Offences(text));

    [Fact]
    public void Good_text_has_no_offence() =>
        Assert.Equal([], Offences("import x\n\n# why\nY = [\n    1,\n]\n\n\n@x\ndef y():\n    # why\n\n    pass\n\n\n# why\nclass Z:\n    pass\n"));

    [Fact]
    public void Line_of_80_characters_is_an_offence()
    {
        Assert.Equal(["line 1: 80 characters"], Offences(new string('#', LongestLine + 1) + "\n"));
        Assert.Equal([], Offences(new string('#', LongestLine) + "\n"));
    }

    [Fact]
    public async Task Python_files_compile()
    {
        Requires.Python();
        var result = await Python.RunAsync(
            "", ["-W", "error", "-c", "import sys; [compile(open(f, 'rb').read(), f, 'exec') for f in sys.argv[1:]]", .. Paths]);
        Assert.True(result.Code == 0, result.ToString());
    }

    [Fact]
    public void Python_files_pass_pycodestyle()
    {
        Requires.Pycodestyle();
        Assert.Equal("", Pycodestyle.Check(Paths));
    }

    /// <summary>Engine 5.0 has Python 3.9, whatever this machine has.</summary>
    [Fact]
    public async Task Module_of_the_editor_is_python_3_9()
    {
        Requires.Python();
        const string Parse = "import ast, sys; [ast.parse(open(file, 'rb').read(), feature_version=(3, 9)) for file in sys.argv[1:]]";
        var result = await Python.RunAsync("", ["-c", Parse, .. PythonEditor.ModuleFiles]);
        Assert.True(result.Code == 0, result.ToString());
    }

    [Fact]
    public void Python_of_every_folder_is_checked() => Assert.All(
        ["FleetBridge/Unreal/fleet_bridge.py", "Backends.Aws/Functions/Handlers/login.py", "FleetBridge.Tests/Functional/Backends.Aws/Functions/test_login.py"],
        file => Assert.Contains(file, Listed));

    private static IEnumerable<string> Offences(string text)
    {
        if (text.StartsWith('\ufeff'))
        {
            yield return "a byte-order mark";
            text = text[1..];
        }

        if (!text.EndsWith('\n'))
        {
            yield return "no line end at the end";
        }
        else if (text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            yield return "empty lines at the end";
        }

        var lines = text.TrimEnd('\n').Split('\n');
        var (empty, inDefinition) = (2, false);
        foreach (var (index, line) in lines.Index())
        {
            foreach (var offence in OffencesOf(line))
            {
                yield return $"line {index + 1}: {offence}";
            }

            if (line.Length == 0)
            {
                empty++;
                continue;
            }

            var definition = DefinitionLine().IsMatch(line);
            var topLevel = CodeLine().IsMatch(line);
            if (empty != 2 && !AfterDecorator(lines, index) && (definition || (topLevel && inDefinition)))
            {
                yield return $"line {index + 1}: {empty} empty lines {(definition ? "before" : "after")} a definition";
            }

            inDefinition = definition || (inDefinition && !topLevel);
            empty = 0;
        }
    }

    private static IEnumerable<string> OffencesOf(string line)
    {
        if (line.EndsWith('\r'))
        {
            yield return "a carriage return";
        }
        else if (line.TrimEnd().Length < line.Length)
        {
            yield return "a blank at the end";
        }

        if (line.Contains('\t', StringComparison.Ordinal))
        {
            yield return "a tab";
        }

        if (line.EnumerateRunes().Count() > LongestLine)
        {
            yield return $"{line.EnumerateRunes().Count()} characters";
        }
    }

    /// <summary>Decorators and comments right above belong to a definition: the empty lines stand before them.</summary>
    private static bool AfterDecorator(string[] lines, int index) => index > 0 && lines[index - 1] is ['@' or '#', ..];

    [GeneratedRegex(@"^(@|def |class |async def )")]
    private static partial Regex DefinitionLine();

    [GeneratedRegex(@"^[^\s)\]}#]")]
    private static partial Regex CodeLine();
}
