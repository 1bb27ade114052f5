using System.Buffers.Binary;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>Programs of Linux and Windows as far as their tables go: they say what they need, and have no code.</summary>
internal static class ProgramImage
{
    public const ushort ElfX64 = 62;
    public const ushort ElfArm64 = 183;
    public const ushort PeX64 = 0x8664;
    public const ushort PeArm64 = 0xaa64;

    private const ulong ElfBase = 0x400000;
    private const uint PeBase = 0x1000;
    private const int PeSection = 0x200;

    /// <summary>A program of Linux.</summary>
    /// <param name="libraries">What it needs.</param>
    /// <param name="runPath">Where it looks for them; null for nowhere.</param>
    /// <param name="machine">Its processor.</param>
    /// <param name="isLibrary">Whether it is a library.</param>
    public static byte[] Elf(string[]? libraries = null, string? runPath = null, ushort machine = ElfX64, bool isLibrary = false)
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var entries = new List<(ulong Tag, ulong Value)>();
        foreach (var library in libraries ?? [])
        {
            entries.Add((1, Add(library)));
        }

        if (runPath is not null)
        {
            entries.Add((29, Add(runPath)));
        }

        const int dynamicAt = 64 + (3 * 56);
        var stringsAt = dynamicAt + ((entries.Count + 3) * 16);
        entries.Add((5, ElfBase + (ulong)stringsAt));
        entries.Add((10, (ulong)strings.Length));
        entries.Add((0, 0));
        var image = new byte[stringsAt + strings.Length + 32];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(image, 0);
        Put16(image, 16, 3);
        Put16(image, 18, machine);
        Put64(image, 32, 64);
        Put16(image, 54, 56);
        Put16(image, 56, 3);
        Segment(image, 64, 1, 0, (ulong)image.Length);
        Segment(image, 64 + 56, 2, dynamicAt, (ulong)entries.Count * 16);
        Segment(image, 64 + (2 * 56), isLibrary ? 4u : 3u, (ulong)(image.Length - 32), 32);
        for (var i = 0; i < entries.Count; i++)
        {
            Put64(image, dynamicAt + (i * 16), entries[i].Tag);
            Put64(image, dynamicAt + (i * 16) + 8, entries[i].Value);
        }

        strings.ToArray().CopyTo(image, stringsAt);
        return image;

        ulong Add(string text)
        {
            var at = (ulong)strings.Position;
            strings.Write([.. Encoding.UTF8.GetBytes(text), 0]);
            return at;
        }
    }

    /// <summary>A program of Windows.</summary>
    /// <param name="libraries">What it imports.</param>
    /// <param name="machine">Its processor.</param>
    /// <param name="isLibrary">Whether it is a library.</param>
    public static byte[] Pe(string[]? libraries = null, ushort machine = PeX64, bool isLibrary = false)
    {
        var names = (libraries ?? []).Select(Encoding.UTF8.GetBytes).ToList();
        var image = new byte[PeSection + ((names.Count + 1) * 20) + names.Sum(name => name.Length + 1) + 16];
        "MZ"u8.CopyTo(image);
        Put32(image, 0x3c, 64);
        "PE\0\0"u8.CopyTo(image.AsSpan(64));
        Put16(image, 68, machine);
        Put16(image, 70, 1);
        Put16(image, 84, 240);
        Put16(image, 86, (ushort)(isLibrary ? 0x2022 : 0x22));
        Put16(image, 88, 0x20b);
        Put32(image, 88 + 108, 16);
        Put32(image, 88 + 112 + 8, PeBase);
        const int section = 88 + 240;
        Put32(image, section + 8, (uint)(image.Length - PeSection));
        Put32(image, section + 12, PeBase);
        Put32(image, section + 16, (uint)(image.Length - PeSection));
        Put32(image, section + 20, PeSection);
        var at = PeSection + ((names.Count + 1) * 20);
        for (var i = 0; i < names.Count; i++)
        {
            Put32(image, PeSection + (i * 20) + 12, (uint)(at - PeSection) + PeBase);
            names[i].CopyTo(image, at);
            at += names[i].Length + 1;
        }

        return image;
    }

    private static void Segment(byte[] image, int at, uint type, ulong offset, ulong size)
    {
        Put32(image, at, type);
        Put64(image, at + 8, offset);
        Put64(image, at + 16, ElfBase + offset);
        Put64(image, at + 32, size);
    }

    private static void Put16(byte[] image, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

    private static void Put32(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);

    private static void Put64(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
}
