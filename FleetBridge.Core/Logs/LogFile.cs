using System.Globalization;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The log file. The one that is named is the one that is written: when it is large it is renamed, to
/// <c>fleetbridge.20261105T102233123Z.log</c>, and begun again. Only the newest are kept, and only what bears our mark is deleted.
/// </summary>
/// <param name="claim">The file.</param>
/// <param name="mostBytes">A file that has as many gets no more.</param>
/// <param name="mostFiles">How many files are kept, this one included.</param>
/// <param name="clock">The clock.</param>
internal sealed class LogFile(LogFileClaim claim, long mostBytes, int mostFiles, TimeProvider clock) : ILogTarget
{
    /// <summary>Sorts by time, has nothing that a file system does not take, and is nobody else's idea of a date.</summary>
    private const string Stamp = "yyyyMMdd'T'HHmmssfff'Z'";

    private readonly string _folder = System.IO.Path.GetDirectoryName(claim.Path)!;
    private readonly string _name = System.IO.Path.GetFileName(claim.Path);
    private readonly string _stem = System.IO.Path.GetFileNameWithoutExtension(claim.Path);
    private readonly string _extension = System.IO.Path.GetExtension(claim.Path);

    private FileStream? _file = claim.File;
    private long _length = claim.File.Length;
    private long _excess;

    public string Path => claim.Path;

    public void Write(ReadOnlySpan<byte> text)
    {
        if (_file is not null && _length >= mostBytes + _excess)
        {
            Roll();
        }

        _file ??= OpenNew();
        var lines = _length == 0 ? [.. LogFileMark.LineFor(_name, clock.GetLocalNow()), .. text] : text;
        try
        {
            _file.Write(lines);
        }
        catch (IOException)
        {
            CutBack(_file);
            throw;
        }

        _length += lines.Length;
    }

    public void Dispose()
    {
        _file?.Dispose();
        claim.Dispose();
    }

    /// <summary>Removes what was written of lines that are written again later.</summary>
    private void CutBack(FileStream file)
    {
        try
        {
            file.SetLength(_length);
            file.Seek(_length, SeekOrigin.Begin);
        }
        catch (IOException)
        {
            // the rest stays, and the lines are there twice
        }
    }

    private FileStream OpenNew()
    {
        var file = new FileStream(Path, OwnFolder.Options(FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        (_length, _excess) = (0, 0);
        return file;
    }

    private void Roll()
    {
        // Windows renames no open file
        _file!.Dispose();
        _file = null;
        try
        {
            PlacedFile.Move(Path, NewArchive());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // somebody reads it: it grows on, until the next time
            _file = new FileStream(Path, OwnFolder.Options(FileMode.Open, FileAccess.Write, FileShare.Read));
            _file.Seek(0, SeekOrigin.End);
            _excess = _length;
            return;
        }

        foreach (var old in Archives().OrderDescending(StringComparer.Ordinal).Skip(mostFiles - 1).ToList())
        {
            TryDelete(old);
        }
    }

    private string NewArchive()
    {
        for (var time = clock.GetUtcNow(); ; time = time.AddMilliseconds(1))
        {
            var archive = System.IO.Path.Combine(_folder, $"{_stem}.{time.ToString(Stamp, CultureInfo.InvariantCulture)}{_extension}");
            if (!System.IO.Path.Exists(archive))
            {
                return archive;
            }
        }
    }

    /// <summary>The files that were this one before.</summary>
    private IEnumerable<string> Archives() =>
        from file in Directory.EnumerateFiles(_folder)
        let name = System.IO.Path.GetFileName(file)
        where name.Length > _stem.Length + 1 + _extension.Length
            && name.StartsWith($"{_stem}.", StringComparison.Ordinal) && name.EndsWith(_extension, StringComparison.Ordinal)
            && DateTime.TryParseExact(
                name[(_stem.Length + 1)..^_extension.Length], Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && LogFileMark.IsIn(file, _name)
        select file;

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
