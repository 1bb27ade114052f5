using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FleetBridge.Keeper.Protocol;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Fleet.Keeper;

/// <summary>Reads the files of a server's log while a keeper writes them. For one reader at a time.</summary>
/// <param name="folder">The log's folder.</param>
internal sealed class LogFiles(string folder) : IDisposable
{
    /// <summary>The most bytes of one piece.</summary>
    public const int MostBytes = 64 * 1024;

    private SafeFileHandle? _open;
    private long _openStart;

    /// <summary>The place behind the last byte.</summary>
    public long End => LogSegment.Find(folder) is [.., var last] ? last.Start + Length(last.Path) : 0;

    /// <summary>The place of the first byte that is still there.</summary>
    public long First => LogSegment.Find(folder) is [var first, ..] ? first.Start : 0;

    /// <summary>Where the last lines begin.</summary>
    /// <param name="lines">How many.</param>
    /// <param name="from">The place before which none of them is.</param>
    /// <param name="end">The place behind the last one.</param>
    public long FindTail(long lines, long from, long end)
    {
        from = Math.Max(from, First);
        if (lines <= 0)
        {
            return end;
        }

        var buffer = new byte[MostBytes];
        var place = end;
        var isLast = true;
        while (place > from)
        {
            var length = (int)Math.Min(buffer.Length, place - from);
            place -= length;
            var bytes = buffer.AsSpan(0, ReadAcross(place, buffer.AsSpan(0, length)));
            if (isLast && bytes is [.. var rest, (byte)'\n'])
            {
                // the last line's own end
                bytes = rest;
            }

            isLast = false;
            for (int newline; (newline = bytes.LastIndexOf((byte)'\n')) >= 0; bytes = bytes[..newline])
            {
                if (--lines == 0)
                {
                    return place + newline + 1;
                }
            }
        }

        return from;
    }

    /// <summary>Where the first line begins that was printed at a time or later.</summary>
    /// <param name="time">The time.</param>
    /// <param name="end">Where it is if there is none.</param>
    public long FindTime(DateTimeOffset time, long end)
    {
        var segments = LogSegment.Find(folder);
        var milliseconds = time.ToUnixTimeMilliseconds();
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            var times = ReadTimes(segments[i]);
            if (times.Length < LogSegment.TimeEntry || (TimeAt(times, 0) >= milliseconds && i > 0))
            {
                continue;
            }

            var (low, high) = (0, times.Length / LogSegment.TimeEntry);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = TimeAt(times, middle) < milliseconds ? (middle + 1, high) : (low, middle);
            }

            var place = low < times.Length / LogSegment.TimeEntry
                ? BinaryPrimitives.ReadInt64LittleEndian(times.AsSpan((low * LogSegment.TimeEntry) + 8))
                : i + 1 < segments.Count ? segments[i + 1].Start : end;
            return LineStart(Math.Min(place, end), end);
        }

        return First;
    }

    /// <summary>Gives all bytes from a place to another.</summary>
    /// <returns>The place behind the last one.</returns>
    public async Task<long> CopyAsync(
        long place, long end, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        var buffer = new byte[MostBytes];
        while (place < end)
        {
            cancellation.ThrowIfCancellationRequested();
            var length = Read(place, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - place)));
            if (length == 0)
            {
                // the oldest files have gone meanwhile
                var first = First;
                if (first <= place)
                {
                    return place;
                }

                var gap = string.Create(CultureInfo.InvariantCulture, $"[fleetbridge] {first - place} bytes are missing here: the log is full, and the oldest go.\n");
                await write(Encoding.UTF8.GetBytes(gap)).ConfigureAwait(false);
                place = first;
                continue;
            }

            await write(buffer.AsMemory(0, length)).ConfigureAwait(false);
            place += length;
        }

        return place;
    }

    public void Dispose() => _open?.Dispose();

    /// <summary>Reads through as many files as it takes.</summary>
    private int ReadAcross(long place, Span<byte> bytes)
    {
        var count = 0;
        while (count < bytes.Length && Read(place + count, bytes[count..]) is > 0 and var more)
        {
            count += more;
        }

        return count;
    }

    /// <summary>Reads within one file; 0 when that place is not there.</summary>
    private int Read(long place, Span<byte> bytes)
    {
        if (_open is not null && place >= _openStart && RandomAccess.Read(_open, bytes, place - _openStart) is > 0 and var more)
        {
            return more;
        }

        foreach (var segment in Enumerable.Reverse(LogSegment.Find(folder)).Where(segment => segment.Start <= place).Take(1))
        {
            try
            {
                _open?.Dispose();
                (_open, _openStart) = (Open(segment.Path), segment.Start);
                return RandomAccess.Read(_open, bytes, place - _openStart);
            }
            catch (FileNotFoundException)
            {
                _open = null;
            }
        }

        return 0;
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static byte[] ReadTimes(LogSegment segment)
    {
        try
        {
            using var file = Open(segment.Times);
            var bytes = new byte[RandomAccess.GetLength(file)];
            return bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static long TimeAt(byte[] times, int entry) => BinaryPrimitives.ReadInt64LittleEndian(times.AsSpan(entry * LogSegment.TimeEntry));

    /// <summary>The beginning of the next line, unless one begins there.</summary>
    private long LineStart(long place, long end)
    {
        if (place <= First || place >= end)
        {
            return place;
        }

        var buffer = new byte[MostBytes];
        for (place--; place < end;)
        {
            var length = Read(place, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - place)));
            if (length == 0)
            {
                return end;
            }

            var newline = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                return place + newline + 1;
            }

            place += length;
        }

        return end;
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
