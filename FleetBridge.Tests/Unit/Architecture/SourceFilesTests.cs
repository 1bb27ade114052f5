using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Architecture;

/// <summary>What neither the compiler nor the format check of white space looks at.</summary>
public sealed partial class SourceFilesTests
{
    private const int MostLines = 400;

    /// <summary>What is built, and what a test writes.</summary>
    private static readonly string[] Unread = ["bin", "obj", "artifacts"];

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var files = Files(Repository.Root).ToList();
        Assert.True(files.Count > 500, $"only {files.Count} source files were found");
        Assert.Empty(
            from file in files
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Path.GetRelativePath(Repository.Root, file)} has {lines} lines");
    }

    [Fact]
    public void Namespaces_are_imported_in_order_with_System_first() => Assert.Empty(
        from file in Files(Repository.Root)
        where Path.GetExtension(file) == ".cs"
        let names = File.ReadLines(file).TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal))
            .Select(line => ImportedNamespace().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList()
        where !names.SequenceEqual(names.OrderBy(name => !IsSystem(name)).ThenBy(name => name, StringComparer.OrdinalIgnoreCase))
        select $"{Path.GetRelativePath(Repository.Root, file)}: {string.Join(", ", names)}");

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetDirectories(folder)
            .Where(path => Path.GetFileName(path) is var name && name[0] != '.' && !Unread.Contains(name)).SelectMany(Files)
            .Concat(Directory.GetFiles(folder).Where(path => Path.GetExtension(path) is ".cs" or ".py" or ".js"));

    [GeneratedRegex(@"^using ([A-Za-z0-9_.]+);")]
    private static partial Regex ImportedNamespace();
}
