using System.Buffers.Binary;
using System.IO.Compression;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Backends.Aws.Packing;

public sealed class ZipPackerTests : IDisposable
{
    private const string Linux = "AMAZON_LINUX_2023";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_kind_of_content_is_read_back_as_it_was()
    {
        Write("empty", []);
        Write("one byte", [7]);
        Write("Größe/ゲーム 'x' \".txt".Replace('"', OperatingSystem.IsWindows() ? '_' : '"'), "text"u8.ToArray());
        Write("zeros", new byte[(3 * BlockDeflater.BlockSize) + 1]);
        Write("exactly a block", Noise(BlockDeflater.BlockSize));
        Write("noise", Noise((2 * BlockDeflater.BlockSize) + 70_000));
        Write("mixed", [.. Noise(BlockDeflater.BlockSize), .. new byte[BlockDeflater.BlockSize], .. Noise(100_000)]);
        using var zip = new ZipArchive(new MemoryStream(await PackAsync()));
        var manifest = Manifest();
        Assert.Equal(manifest.Files.Select(file => file.Name), zip.Entries.Select(entry => entry.FullName));
        Assert.All(manifest.Files, file => Assert.Equal(File.ReadAllBytes(file.Path), Content(zip, file.Name)));
    }

    [Fact]
    public async Task Noise_takes_no_more_room_than_it_had()
    {
        Write("noise", Noise(4 * BlockDeflater.BlockSize));
        Assert.InRange((await PackAsync()).Length, 4 * BlockDeflater.BlockSize, (4 * BlockDeflater.BlockSize) + 1000);
    }

    [Fact]
    public async Task Same_folder_gives_the_same_zip()
    {
        Write("a", Noise(1_000_000));
        Write("b", new byte[1_000_000]);
        Assert.Equal(await PackAsync(), await PackAsync());
    }

    [Fact]
    public async Task Permissions_and_times_are_kept()
    {
        Requires.Unix();
        Write("server", [1]);
        Write("data", [1]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["package", "server"], (UnixFileMode)0x1ed);
        }

        File.SetLastWriteTimeUtc(_folder["package", "server"], new DateTime(2024, 5, 6, 7, 8, 10, DateTimeKind.Utc));
        using var zip = new ZipArchive(new MemoryStream(await PackAsync()));
        var server = zip.GetEntry("server")!;
        Assert.Equal(0x81ed, server.ExternalAttributes >>> 16);
        Assert.Equal(new DateTime(2024, 5, 6, 7, 8, 10), server.LastWriteTime.DateTime);
        Assert.Equal(0x8000, (zip.GetEntry("data")!.ExternalAttributes >>> 16) & 0xf049);
    }

    [Fact]
    public void What_begins_like_a_program_becomes_executable_where_no_permissions_are_known()
    {
        Assert.Equal(0x81edu, Mode([0x7f, (byte)'E', (byte)'L', (byte)'F', 2]));
        Assert.Equal(0x81edu, Mode(ProgramImage.Elf()));
        Assert.Equal(0x81edu, Mode("#!/bin/sh"u8));
        Assert.Equal(0x81a4u, Mode("text"u8));
        Assert.Equal(0x81a4u, Mode(ProgramImage.Pe()));
        Assert.Equal(0x81a4u, Mode([]));

        static uint Mode(ReadOnlySpan<byte> beginning)
        {
            var entry = new ZipEntry(new PackageFile("a", "a", 9, DateTime.UnixEpoch, null));
            Assert.Equal(entry.GuessMode(beginning), (entry.UnixMode & 0x49) != 0);
            return entry.UnixMode;
        }
    }

    [Fact]
    public async Task More_files_than_a_zip_used_to_hold_are_all_there()
    {
        const int count = 65_536;
        Write("a", [1]);
        var manifest = Manifest();
        var many = manifest with
        {
            Files = [.. Enumerable.Range(0, count).Select(i => manifest.Files[0] with { Name = $"{i:00000}" })],
        };
        var output = new MemoryStream();
        await new ZipPacker(many, output).RunAsync(default);
        using var zip = new ZipArchive(output);
        Assert.Equal(count, zip.Entries.Count);
        Assert.Equal("65535", zip.Entries[^1].FullName);
    }

    [Fact]
    public void Records_of_a_large_file_say_its_sizes_with_64_bits_before_and_behind_it()
    {
        var entry = new ZipEntry(new PackageFile("big", "big", 5_000_000_000, DateTime.UnixEpoch, null))
        {
            CompressedSize = 4_900_000_000,
            Offset = 6_000_000_000,
        };
        Assert.True(entry.IsLarge);
        var head = ZipFormat.LocalFileHeader(entry);
        Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(18)));
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(33)));
        var descriptor = ZipFormat.DataDescriptorOf(entry);
        Assert.Equal(24, descriptor.Length);
        Assert.Equal(4_900_000_000, BinaryPrimitives.ReadInt64LittleEndian(descriptor.AsSpan(8)));
        Assert.Equal(5_000_000_000, BinaryPrimitives.ReadInt64LittleEndian(descriptor.AsSpan(16)));
        var line = ZipFormat.CentralDirectoryHeader(entry);
        Assert.Equal(6_000_000_000, BinaryPrimitives.ReadInt64LittleEndian(line.AsSpan(46 + 3 + 4 + 16)));
        Assert.Equal(16, ZipFormat.DataDescriptorOf(new ZipEntry(entry.File with { Size = 1 })).Length);
    }

    [Fact]
    public async Task Checksums_are_those_of_the_whole_files()
    {
        Write("one block", "123456789"u8.ToArray());
        Write("several blocks", Noise((2 * BlockDeflater.BlockSize) + 70_000));
        using var zip = new ZipArchive(new MemoryStream(await PackAsync()));
        Assert.Equal(0xCBF43926, zip.GetEntry("one block")!.Crc32);
        Assert.Equal(
            System.IO.Hashing.Crc32.HashToUInt32(File.ReadAllBytes(_folder["package", "several blocks"])),
            zip.GetEntry("several blocks")!.Crc32);
    }

    [Theory]
    [InlineData("grew", "was written to")]
    [InlineData("shrank", "was written to")]
    [InlineData("touched", "was written to")]
    [InlineData("vanished", "was removed")]
    public async Task File_that_changed_since_the_manifest_is_named(string change, string told)
    {
        var file = Write("a.txt", [1, 2, 3]);
        var manifest = Manifest();
        Change(file, change);
        var error = await Assert.ThrowsAsync<BackendException>(() => new ZipPacker(manifest, Stream.Null).RunAsync(default));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
    }

    [Theory]
    [InlineData("grew", "was written to")]
    [InlineData("shrank", "became shorter")]
    [InlineData("touched", "was written to")]
    [InlineData("vanished", "was removed")]
    public async Task File_that_changes_while_it_is_read_is_named(string change, string told)
    {
        var file = Write("a.pak", Noise(40 * BlockDeflater.BlockSize));
        Write("b", [1]);
        var once = 0;
        await using var output = new WatchedStream(() =>
        {
            if (Interlocked.Exchange(ref once, 1) == 0)
            {
                Change(file, change);
            }
        });
        var error = await Assert.ThrowsAsync<BackendException>(() => new ZipPacker(Manifest(), output).RunAsync(default));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        Write("a", Noise(40 * BlockDeflater.BlockSize));
        using var cancel = new CancellationTokenSource();
        await using var output = new WatchedStream(cancel.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ZipPacker(Manifest(), output).RunAsync(cancel.Token));
    }

    [Fact]
    public async Task Longest_size_is_never_exceeded()
    {
        Write("noise", Noise(1_000_003));
        Write("empty", []);
        Assert.InRange((await PackAsync()).Length, 1, ZipPacker.LargestSize(Manifest()));
    }

    private static void Change(string file, string change)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        switch (change)
        {
            case "grew":
                stream.Seek(0, SeekOrigin.End);
                stream.WriteByte(1);
                break;
            case "shrank":
                stream.SetLength(1);
                break;
            case "touched":
                File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private PackageManifest Manifest() => PackageManifest.Read(_folder["package"], Linux);

    private async Task<byte[]> PackAsync()
    {
        var output = new MemoryStream();
        Assert.Equal(await new ZipPacker(Manifest(), output).RunAsync(default), output.Length);
        return output.ToArray();
    }

    private static byte[] Content(ZipArchive zip, string name)
    {
        using var content = new MemoryStream();
        using var packed = zip.GetEntry(name)!.Open();
        packed.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private string Write(string name, byte[] bytes)
    {
        var file = _folder[["package", .. name.Split('/')]];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>Takes everything, and says that it did.</summary>
    private sealed class WatchedStream(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            written();
            return ValueTask.CompletedTask;
        }
    }
}
