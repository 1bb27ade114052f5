using System.Text.RegularExpressions;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>What a person reads has no trace, no type's name, no empty placeholder and no doubled full stop.</summary>
internal static partial class PlainWords
{
    /// <summary>Fails with the first line that is not plain.</summary>
    public static void Assert(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Xunit.Assert.False(Technical().IsMatch(line), $"not in plain words: {line}");
        }
    }

    [GeneratedRegex(@"^   at |System\.|Amazon\.[A-Z]|A bug in|\(null\)|\{[A-Z][A-Za-z]+\}|[^.]\.\.(\s|$)|[.:,] [.:,]|[:,]\.(\s|$)")]
    private static partial Regex Technical();
}
