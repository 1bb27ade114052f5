using System.Globalization;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A log file that continues in <c>fleetbridge_001.log</c>, <c>fleetbridge_002.log</c> and so on once it is large; only the
/// newest are kept. A write either succeeds or throws, and the next one is in its place.
/// </summary>
/// <param name="path">The first file's full path.</param>
/// <param name="mostBytes">A file that has as many gets no more.</param>
/// <param name="mostFiles">How many files are kept.</param>
internal sealed class RollingFile(string path, long mostBytes, int mostFiles) : IDisposable
{
    private readonly string _folder = Path.GetDirectoryName(path)!;
    private readonly string _stem = Path.GetFileNameWithoutExtension(path);
    private readonly string _extension = Path.GetExtension(path);

    private FileStream? _file;
    private int _number;
    private long _length;

    /// <summary>Writes text to the current file, with one call to the system.</summary>
    /// <exception cref="IOException">The disk is full, or the like.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (_file is null)
        {
            Open(Numbers().DefaultIfEmpty().Max());
        }

        if (_length >= mostBytes)
        {
            Open(_number + 1);
        }

        _file!.Write(text);
        _length += text.Length;
    }

    public void Dispose() => _file?.Dispose();

    private void Open(int number)
    {
        // without a buffer: what could not be written must not be written later, in addition to being written again
        var file = new FileStream(PathOf(number), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _file?.Dispose();
        (_file, _number, _length) = (file, number, file.CanSeek ? file.Length : 0);
        foreach (var old in Numbers().OrderDescending().Skip(mostFiles))
        {
            TryDelete(PathOf(old));
        }
    }

    private string PathOf(int number) =>
        number == 0 ? path : Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_stem}_{number:000}{_extension}"));

    /// <summary>The numbers of the files that exist; the first file has 0.</summary>
    private IEnumerable<int> Numbers()
    {
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            var name = Path.GetFileName(file.AsSpan());
            if (name.Length < _stem.Length + _extension.Length || !name.StartsWith(_stem) || !name.EndsWith(_extension))
            {
                continue;
            }

            var number = name[_stem.Length..^_extension.Length];
            if (number.IsEmpty)
            {
                yield return 0;
            }
            else if (number is ['_', _, _, _, ..] && int.TryParse(number[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
            {
                yield return parsed;
            }
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // somebody reads it: the next roll tries again
        }
    }
}
