using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Functions;

/// <summary>
/// The handlers' own tests, in Python beside this file: each is a case here. One Python runs them all, when the first case
/// asks.
/// </summary>
public sealed partial class HandlerTests
{
    private static readonly Lazy<Task<PythonResult>> Run =
        new(() => Python.RunAsync("", Path.Combine(PythonFiles.Tests, "report.py")));

    /// <summary>The tests' names as they are in the files: reading needs no Python.</summary>
    private static readonly string[] Listed = [.. PythonFiles.In(PythonFiles.Tests).SelectMany(NamesIn)];

    public static TheoryData<string> Names { get; } = [.. Listed];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Python_test_passes(string name)
    {
        Requires.Python();
        var outcomes = await OutcomesAsync();
        Assert.True(outcomes.TryGetValue(name, out var failures), $"it did not run. {await Run.Value}");
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Python_ran_these_tests_and_no_others()
    {
        Requires.Python();
        Assert.Equal(Listed.Order(), (await OutcomesAsync()).Keys.Order());
    }

    private static async Task<Dictionary<string, string[]>> OutcomesAsync()
    {
        var result = await Run.Value;
        Assert.True(result.Code == 0, result.ToString());
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .ToDictionary(
                line => line["test"]!.GetValue<string>(),
                line => line["failures"]!.AsArray().Select(text => text!.GetValue<string>()).ToArray());
    }

    private static IEnumerable<string> NamesIn(string file)
    {
        var type = "";
        foreach (var line in File.ReadLines(file))
        {
            if (ClassLine().Match(line) is { Success: true } found)
            {
                type = found.Groups[1].Value;
            }
            else if (TestLine().Match(line) is { Success: true } test)
            {
                yield return $"{Path.GetFileNameWithoutExtension(file)}.{type}.{test.Groups[1].Value}";
            }
        }
    }

    [GeneratedRegex(@"^class (\w+)")]
    private static partial Regex ClassLine();

    [GeneratedRegex(@"^    def (test_\w+)")]
    private static partial Regex TestLine();
}
