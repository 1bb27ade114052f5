using System.IO.Hashing;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// Writes a package as a zip into a forward-only stream. One loop reads blocks and writes results in order, while every core
/// compresses (docs/decisions/0007-a-zip-writer-of-our-own.md). Memory does not grow with the package.
/// </summary>
/// <param name="manifest">The package.</param>
/// <param name="output">Receives the zip; a slow one slows the reading.</param>
internal sealed class ZipPacker(PackageManifest manifest, Stream output)
{
    /// <summary>With more cores, the network would be the limit.</summary>
    private const int MaxWorkers = 16;

    private static readonly int BlocksAhead = (Math.Min(Environment.ProcessorCount, MaxWorkers) * 2) + 2;

    private readonly Queue<Block> _pending = new();
    private readonly Stack<Buffers> _free = new();
    private readonly List<ZipEntry> _entries = new(manifest.Files.Count);
    private long _position;
    private long _bytesRead;

    /// <summary>How many bytes of the files have been read; may be called from any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>How many programs and scripts got an executable bit that they have not on this system.</summary>
    public int MadeExecutable { get; private set; }

    /// <summary>The largest possible size of a package's zip.</summary>
    public static long LargestSize(PackageManifest manifest) => manifest.Files.Sum(file =>
        BlockDeflater.LargestOutput(file.Size) + ZipFormat.LargestRecords(3 * file.Name.Length)) + ZipFormat.LargestRecords(0);

    /// <summary>Packs everything.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The zip's size.</returns>
    /// <exception cref="BackendException">A file cannot be read, or has changed since the manifest was read.</exception>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var file in manifest.Files)
            {
                await PackAsync(file, cancellation);
            }

            while (_pending.Count > 0)
            {
                await WriteNextAsync(cancellation);
            }
        }
        finally
        {
            // after a failure the cores may still compress; their buffers must live until they have finished
            await Task.WhenAll(_pending.Select(block => (Task)block.Compressed)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _free.Clear();
        }

        manifest.AssertUnchanged();
        var directory = _position;
        foreach (var entry in _entries)
        {
            await WriteAsync(ZipFormat.CentralDirectoryHeader(entry), cancellation);
        }

        await WriteAsync(ZipFormat.EndOfCentralDirectory(_entries.Count, directory, _position - directory), cancellation);
        return _position;
    }

    private async Task PackAsync(PackageFile file, CancellationToken cancellation)
    {
        var entry = new ZipEntry(file);
        using var source = UnchangedFile.Open(file);
        var crc = new Crc32();
        var remaining = file.Size;
        do
        {
            if (_pending.Count == BlocksAhead)
            {
                await WriteNextAsync(cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            var buffers = _free.TryPop(out var used) ? used : new Buffers();
            var length = source.Read(buffers.Input);
            if (remaining == file.Size && entry.GuessMode(buffers.Input.AsSpan(0, length)))
            {
                MadeExecutable++;
            }

            crc.Append(buffers.Input.AsSpan(0, length));
            entry.Crc = crc.GetCurrentHashAsUInt32();
            remaining -= length;
            Interlocked.Add(ref _bytesRead, length);
            _pending.Enqueue(new Block(entry, buffers, remaining + length == file.Size, remaining == 0, buffers.DeflateAsync(length)));
        }
        while (remaining > 0);

        source.AssertUnchanged();
    }

    private async Task WriteNextAsync(CancellationToken cancellation)
    {
        var block = _pending.Peek();
        var length = await block.Compressed;
        _pending.Dequeue();
        var entry = block.Entry;
        if (block.IsFirst)
        {
            _entries.Add(entry);
            entry.Offset = _position;
            await WriteAsync(ZipFormat.LocalFileHeader(entry), cancellation);
        }

        await WriteAsync(block.Buffers.Output.AsMemory(0, length), cancellation);
        entry.CompressedSize += length;
        _free.Push(block.Buffers);
        if (block.IsLast)
        {
            await WriteAsync(BlockDeflater.End.ToArray(), cancellation);
            entry.CompressedSize += BlockDeflater.End.Length;
            await WriteAsync(ZipFormat.DataDescriptorOf(entry), cancellation);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await output.WriteAsync(bytes, cancellation);
        _position += bytes.Length;
    }

    private sealed record Block(ZipEntry Entry, Buffers Buffers, bool IsFirst, bool IsLast, Task<int> Compressed);

    /// <summary>The buffers of one block.</summary>
    private sealed class Buffers
    {
        public byte[] Input { get; } = new byte[BlockDeflater.BlockSize];

        public byte[] Output { get; } = new byte[BlockDeflater.OutputSize];

        public Task<int> DeflateAsync(int length) => Task.Run(() => BlockDeflater.Deflate(Input.AsSpan(0, length), Output));
    }
}
