using System.Buffers;
using System.Buffers.Text;

namespace FleetBridge.Keeper.Protocol;

/// <summary>What /proc/PID/stat says (proc(5)).</summary>
/// <param name="Id">The process id.</param>
/// <param name="Parent">The parent's id.</param>
/// <param name="Session">The session's id.</param>
/// <param name="IsEnded">Whether it is a zombie or gone.</param>
/// <param name="CpuTicks">User and system time, in ticks of 10 ms, with that of children that were waited for.</param>
/// <param name="Start">When it was started, in ticks since the machine's start.</param>
/// <param name="Pages">Its resident pages.</param>
internal readonly record struct ProcessStat(int Id, int Parent, int Session, bool IsEnded, long CpuTicks, long Start, long Pages)
{
    /// <summary>Reads it; null when there is no such process.</summary>
    public static ProcessStat? TryRead(int id)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            using var handle = File.OpenHandle($"/proc/{id}/stat");
            return Parse(id, buffer.AsSpan(0, RandomAccess.Read(handle, buffer.AsSpan(0, 1024), 0)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>All processes.</summary>
    public static List<ProcessStat> ReadAll()
    {
        var all = new List<ProcessStat>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var id) && TryRead(id) is { } stat)
            {
                all.Add(stat);
            }
        }

        return all;
    }

    /// <summary>The name, in parentheses, may have anything in it, spaces and parentheses too: the fields begin after the last one.</summary>
    internal static ProcessStat? Parse(int id, ReadOnlySpan<byte> text)
    {
        var end = text.LastIndexOf((byte)')');
        if (end < 0 || text.Length < end + 3)
        {
            return null;
        }

        var rest = text[(end + 2)..];
        var state = rest[0];
        Span<long> numbers = stackalloc long[22];
        var field = 0;
        for (rest = rest[1..]; field < numbers.Length && !rest.IsEmpty; field++)
        {
            rest = rest.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(rest, out long number, out var length) || length == 0)
            {
                // unsigned values beyond long are none of those that are read here
                length = Math.Max(rest.IndexOf((byte)' '), 0);
                number = 0;
            }

            numbers[field] = number;
            rest = rest[length..];
        }

        // numbers[0] is field 4, the parent
        return field < numbers.Length - 1
            ? null
            : new(id, (int)numbers[0], (int)numbers[2], state is (byte)'Z' or (byte)'X',
                numbers[10] + numbers[11] + numbers[12] + numbers[13], numbers[18], numbers[20]);
    }
}
