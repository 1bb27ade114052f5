using System.Text;
using FleetBridge.Backends.Aws.Profiles;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Profiles;

/// <summary>A case of the table in <c>Fixtures/AwsFiles</c>, whose README.md describes the form.</summary>
internal sealed class AwsFileCase
{
    private readonly Dictionary<string, string> _blocks = [];

    private AwsFileCase(string name) => Name = name;

    public string Name { get; }

    /// <summary>What botocore resolves.</summary>
    public string Botocore => _blocks["botocore"].Trim();

    /// <summary>What FleetBridge resolves.</summary>
    public string Expected => (_blocks.GetValueOrDefault("fleetbridge") ?? Botocore).Trim();

    public string? Profile => _blocks.GetValueOrDefault("profile")?.Trim();

    /// <summary>Every case, by its file and its name.</summary>
    public static IReadOnlyDictionary<string, AwsFileCase> All { get; } = Directory.EnumerateFiles(Repository.AwsFiles, "*.txt")
        .Order(StringComparer.Ordinal)
        .SelectMany(Read)
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>What FleetBridge's message has to say.</summary>
    public IReadOnlyList<string> Says(string home) =>
        Filled("says", home).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Writes the files.</summary>
    public void Write(string home)
    {
        Directory.CreateDirectory(Path.Combine(home, ".aws"));
        foreach (var name in new[] { "config", "credentials" })
        {
            Write(name, Path.Combine(home, ".aws", name), home);
        }

        foreach (var part in _blocks.GetValueOrDefault("files", "").Split(">>> ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(home, part[..end]), Fill(part[(end + 1)..], home));
        }
    }

    /// <summary>The variables, the home folder among them.</summary>
    public Dictionary<string, string> Environment(string home)
    {
        Dictionary<string, string> variables = new()
        {
            ["HOME"] = home,
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        foreach (var line in Filled("environment", home).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            variables[line[..equals]] = line[(equals + 1)..];
        }

        return variables;
    }

    /// <summary>The same, for FleetBridge.</summary>
    public AwsEnvironment AwsEnvironment(string home) => new(Environment(home).GetValueOrDefault, home);

    public override string ToString() => Name;

    private static IEnumerable<KeyValuePair<string, AwsFileCase>> Read(string file)
    {
        AwsFileCase? current = null;
        string? block = null;
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                if (current is not null)
                {
                    yield return new($"{Path.GetFileNameWithoutExtension(file)}: {current.Name}", current);
                }

                (current, block) = (new AwsFileCase(line[4..]), null);
            }
            else if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                current!._blocks[block = line[4..].Trim()] = "";
            }
            else if (block is not null && line.Length > 0)
            {
                current!._blocks[block] += line + "\n";
            }
        }

        yield return new($"{Path.GetFileNameWithoutExtension(file)}: {current!.Name}", current);
    }

    private void Write(string block, string path, string home)
    {
        if (!_blocks.ContainsKey(block))
        {
            return;
        }

        var parts = Filled(block, home).Split("{BAD}");
        using var stream = File.Create(path);
        for (var at = 0; at < parts.Length; at++)
        {
            if (at > 0)
            {
                stream.WriteByte(0xE9);
            }

            stream.Write(Encoding.UTF8.GetBytes(parts[at]));
        }
    }

    private string Filled(string block, string home) => Fill(_blocks.GetValueOrDefault(block, ""), home);

    private static string Fill(string text, string home) => text
        .Replace("{END}\n", "", StringComparison.Ordinal)
        .Replace("{CR}", "\r", StringComparison.Ordinal)
        .Replace("{TAB}", "\t", StringComparison.Ordinal)
        .Replace("{BOM}", "\uFEFF", StringComparison.Ordinal)
        .Replace("{NBSP}", "\u00A0", StringComparison.Ordinal)
        .Replace("{HOME}", home, StringComparison.Ordinal);
}
