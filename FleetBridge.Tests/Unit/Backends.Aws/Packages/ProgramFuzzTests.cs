using System.Diagnostics;
using FleetBridge.Backends.Aws.Packages;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packages;

/// <summary>Programs whose tables lie: they are read without an error, in bounded time, and what is read is bounded.</summary>
public sealed class ProgramFuzzTests
{
    private const int Rounds = 400;
    private const int MostNames = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Changed_bytes_never_break_the_reading(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        byte[][] originals = [ProgramImage.Elf(["libfmod.so", "libc.so.6"], "$ORIGIN"), ProgramImage.Pe(["KERNEL32.dll", "fmod.dll"])];
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            var image = originals[round % 2].ToArray();
            for (var changes = random.Next(1, 12); changes > 0; changes--)
            {
                var at = random.Next(4, image.Length);
                image[at] = (byte)(random.Next(3) switch { 0 => 0xff, 1 => 0, _ => random.Next(256) });
            }

            AssertRead(folder["program"], image[..random.Next(4, image.Length + 1)]);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"it took {watch.Elapsed}");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(18)]
    [InlineData(32)]
    [InlineData(36)]
    [InlineData(54)]
    [InlineData(56)]
    [InlineData(72)]
    [InlineData(80)]
    [InlineData(96)]
    [InlineData(128)]
    [InlineData(152)]
    [InlineData(232)]
    public void Largest_and_smallest_numbers_at_each_place_are_read(int at)
    {
        using var folder = new TemporaryFolder();
        foreach (var original in new[] { ProgramImage.Elf(["libfmod.so"], "$ORIGIN"), ProgramImage.Pe(["fmod.dll"]) })
        {
            foreach (byte value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                var image = original.ToArray();
                image.AsSpan(at, 8).Fill(value);
                AssertRead(folder["program"], image);
            }
        }
    }

    private static void AssertRead(string path, byte[] image)
    {
        File.WriteAllBytes(path, image);
        var program = ServerProgram.Read(path);
        Assert.Equal(image.Length, program.Length);
        Assert.True(program.Parts.Libraries.Count <= MostNames);
        Assert.DoesNotContain(program.Parts.Libraries, name => name.Length == 0 || name.Length > 512);
    }
}
