using System.Text;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>One of AWS's files, read by the rules of botocore's parser, which is Python's <c>configparser</c>.</summary>
/// <remarks>Where that parser gives up the whole file, only the section with the line counts as wrong here.</remarks>
/// <param name="Path">The file's path.</param>
/// <param name="Sections">Its sections, in their order.</param>
/// <param name="Problems">What is wrong outside of all sections.</param>
internal sealed record ConfigFile(string Path, IReadOnlyList<ConfigSection> Sections, IReadOnlyList<ConfigProblem> Problems)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The file; without sections when it does not exist.</returns>
    public static ConfigFile Read(string path)
    {
        try
        {
            return Open(path) is { } bytes ? ConfigParser.Parse(path, Decode(bytes)) : new ConfigFile(path, [], []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ConfigFile(path, [], [new(new(path, 1), $"the file cannot be read ({exception.Message.TrimEnd('.')})")]);
        }
    }

    /// <summary>The only place that opens AWS's files.</summary>
    /// <returns>The content; null when there is no such file.</returns>
    internal static byte[]? Open(string path)
    {
        try
        {
            return UserFile.ReadAllBytes(path, UserFile.MostText);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>UTF-8, or what a byte order mark says: Windows's own editors write one.</summary>
    private static string Decode(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
