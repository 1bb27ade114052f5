using System.Text;

namespace Amazon.Clients.Generator;

/// <summary>The folder of the generated files: afterwards it has exactly those.</summary>
internal sealed class OutputFolder
{
    // the file that a build compares with the models, to see whether there is anything to do
    private const string ListName = "files.txt";

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>The files by path below the folder, with <c>/</c>, in ordinal order.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Adds a file.</summary>
    /// <param name="path">Its path below the folder.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="FormatException">Two files differ by the case of their names at most.</exception>
    public void Add(string path, CSharpText text)
    {
        if (_files.Keys.FirstOrDefault(key => key.Equals(path, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new FormatException($"{path} and {other} would be one file on Windows.");
        }

        _files.Add(path, text.ToString());
    }

    /// <summary>Writes what has changed, and deletes what is no longer generated.</summary>
    /// <param name="folder">The folder.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (path, text) in _files)
        {
            Write(Path.Combine(folder, path), text);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            if (!_files.ContainsKey(Path.GetRelativePath(folder, file).Replace('\\', '/')))
            {
                File.Delete(file);
            }
        }

        // always written: its time says when the files were last up to date
        File.WriteAllText(Path.Combine(folder, ListName), string.Concat(_files.Keys.Select(path => path + "\n")));
    }

    private static void Write(string file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }
}
