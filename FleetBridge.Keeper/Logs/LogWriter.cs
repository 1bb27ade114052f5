using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Keeper.Logs;

/// <summary>
/// Writes what a server prints into files of a bounded size, of which the oldest go. Readers read the files, so that none of them can
/// delay the server. What the disk does not take is dropped and counted, and the log says so where it is missing.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const int Parts = 8;
    private const long LargestPart = 16 * 1024 * 1024;
    private const long SmallestPart = 64 * 1024;

    /// <summary>What was printed within this time has one time.</summary>
    private const long TimeResolution = 10;

    /// <summary>How often the free space is looked at while the server prints.</summary>
    private const long SpaceInterval = 500;

    private readonly string _folder;
    private readonly long _cap;
    private readonly long _part;
    private readonly long _floor;
    private readonly Queue<(LogSegment Segment, long Length)> _old = new();
    private readonly byte[] _time = new byte[LogSegment.TimeEntry];
    private LogSegment _segment;
    private FileStream? _file;
    private FileStream? _times;
    private long _written;
    private long _timesWritten;
    private long _lastTime;
    private long _lastLook = long.MinValue;
    private bool _hasSpace = true;
    private long _gapBytes;
    private long _gapLines;
    private string _gapReason = "";
    private bool _isLineOpen;

    /// <summary>Continues the log in a folder.</summary>
    /// <param name="folder">The folder, which is made if it does not exist.</param>
    /// <param name="cap">The most that all files together take.</param>
    /// <param name="floor">With less free on the disk nothing is written.</param>
    public LogWriter(string folder, long cap, long floor)
    {
        (_folder, _cap, _floor) = (folder, cap, floor);
        _part = Math.Clamp(cap / Parts, SmallestPart, LargestPart);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var found = LogSegment.Find(folder);
        foreach (var segment in found)
        {
            _old.Enqueue((segment, LengthOf(segment.Path) + LengthOf(segment.Times)));
        }

        Start = found.Count == 0 ? 0 : found[^1].Start + LengthOf(found[^1].Path);
        Position = Start;
    }

    /// <summary>The place at which this run's output begins.</summary>
    public long Start { get; }

    /// <summary>The place behind the last byte that is written.</summary>
    public long Position { get; private set; }

    /// <summary>The bytes that were dropped so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>Writes a piece of output, or drops what cannot be written.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!HasSpace())
        {
            Drop(bytes, "the disk is nearly full");
            return;
        }

        try
        {
            if (_gapBytes > 0)
            {
                WriteGap();
            }

            while (!bytes.IsEmpty)
            {
                // a file ends with a line where that is possible
                var room = _file is null ? 0 : _part - _written;
                var part = bytes.Length <= room ? bytes.Length : bytes[..(int)Math.Max(0, room)].LastIndexOf((byte)'\n') + 1;
                if (part == 0 && (_file is null || _written > 0))
                {
                    Rotate();
                    continue;
                }

                var length = part == 0 ? (int)Math.Min(bytes.Length, _part) : part;
                Append(bytes[..length]);
                bytes = bytes[length..];
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // a part of it may have been written
            var end = _file is null ? Position : _segment.Start + LengthOf(_segment.Path);
            var taken = (int)Math.Clamp(end - Position, 0, bytes.Length);
            _written += taken;
            Position += taken;
            Drop(bytes[taken..], "it could not be written (is the disk full?)");
        }
    }

    /// <summary>Says what is missing at the end, if it can.</summary>
    public void Close()
    {
        try
        {
            if (_gapBytes > 0)
            {
                WriteGap();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the exit file has the count
        }

        Dispose();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _times?.Dispose();
        _file = null;
        _times = null;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        if (now - _lastTime >= TimeResolution || _written == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_time, now);
            BinaryPrimitives.WriteInt64LittleEndian(_time.AsSpan(8), Position);
            _times!.Write(_time);
            _timesWritten += LogSegment.TimeEntry;
            _lastTime = now;
        }

        _file!.Write(bytes);
        _written += bytes.Length;
        Position += bytes.Length;
        _isLineOpen = bytes[^1] != (byte)'\n';
    }

    private void Rotate()
    {
        if (_file is not null)
        {
            _old.Enqueue((_segment, _written + _timesWritten));
            Dispose();
        }

        var total = _part;
        foreach (var (_, length) in _old)
        {
            total += length;
        }

        while (_old.Count > 0 && total > _cap)
        {
            var (segment, length) = _old.Dequeue();
            File.Delete(segment.Path);
            File.Delete(segment.Times);
            total -= length;
        }

        _segment = LogSegment.At(_folder, Position);
        _times = Open(_segment.Times);
        _file = Open(_segment.Path);
        (_written, _timesWritten) = (0, 0);
    }

    /// <summary>Without a buffer: a reader sees what the server has printed.</summary>
    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private void WriteGap()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(_isLineOpen ? "\n" : "")}[fleetbridge] {_gapLines} lines ({_gapBytes} bytes) are missing here: {_gapReason}.\n");
        if (_file is null || _written >= _part)
        {
            Rotate();
        }

        Append(Encoding.UTF8.GetBytes(text));
        (_gapBytes, _gapLines) = (0, 0);
    }

    private void Drop(ReadOnlySpan<byte> bytes, string reason)
    {
        _gapBytes += bytes.Length;
        _gapLines += bytes.Count((byte)'\n');
        _gapReason = reason;
        Dropped += bytes.Length;
    }

    private bool HasSpace()
    {
        var now = Environment.TickCount64;
        if (now - _lastLook >= SpaceInterval || _lastLook == long.MinValue)
        {
            _lastLook = now;
            try
            {
                _hasSpace = new DriveInfo(_folder).AvailableFreeSpace >= _floor;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                _hasSpace = true;
            }
        }

        return _hasSpace;
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
