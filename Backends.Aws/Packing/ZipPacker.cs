namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// Writes a survey's files as a zip into a stream that only goes forward. One loop reads blocks and writes results in their
/// order, while every core compresses (docs/decisions/0007-a-zip-writer-of-our-own.md). Memory does not grow with the package.
/// </summary>
/// <param name="survey">What is packed.</param>
/// <param name="output">Takes the zip; a slow one slows the reading.</param>
internal sealed class ZipPacker(PackageManifest survey, Stream output)
{
    /// <summary>More cores than this would only wait for the network.</summary>
    private const int MostWorkers = 16;

    private static readonly int BlocksAhead = (Math.Min(Environment.ProcessorCount, MostWorkers) * 2) + 2;

    private readonly Queue<Block> _pending = new();
    private readonly Stack<Buffers> _free = new();
    private readonly List<ZipEntry> _entries = new(survey.Files.Count);
    private long _position;
    private long _bytesRead;

    /// <summary>How many bytes of the files have been read, for whoever watches from another thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The longest that the zip of a survey can become.</summary>
    public static long LargestSize(PackageManifest survey) => survey.Files.Sum(file =>
        BlockDeflater.LargestOutput(file.Size) + ZipFormat.LargestRecords(3 * file.Name.Length)) + ZipFormat.LargestRecords(0);

    /// <summary>Packs everything.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The zip's size.</returns>
    /// <exception cref="BackendException">A file cannot be read, or has changed since the survey.</exception>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var file in survey.Files)
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
            // after a failure the cores may still be at it; their buffers must not be let go before
            await Task.WhenAll(_pending.Select(block => (Task)block.Compressed)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _free.Clear();
        }

        survey.AssertUnchanged();
        var directory = _position;
        foreach (var entry in _entries)
        {
            await WriteAsync(ZipFormat.DirectoryLine(entry), cancellation);
        }

        await WriteAsync(ZipFormat.Tail(_entries.Count, directory, _position - directory), cancellation);
        return _position;
    }

    private async Task PackAsync(PackageFile file, CancellationToken cancellation)
    {
        var entry = new ZipEntry(file);
        using var source = UnchangedFile.Open(file);
        var rest = file.Size;
        do
        {
            if (_pending.Count == BlocksAhead)
            {
                await WriteNextAsync(cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            var buffers = _free.TryPop(out var used) ? used : new Buffers();
            var length = source.Read(buffers.Input);
            if (rest == file.Size)
            {
                entry.GuessMode(buffers.Input.AsSpan(0, length));
            }

            entry.Crc = Crc32.Append(entry.Crc, buffers.Input.AsSpan(0, length));
            rest -= length;
            Interlocked.Add(ref _bytesRead, length);
            _pending.Enqueue(new Block(entry, buffers, rest + length == file.Size, rest == 0, buffers.DeflateAsync(length)));
        }
        while (rest > 0);

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
            await WriteAsync(ZipFormat.Head(entry), cancellation);
        }

        await WriteAsync(block.Buffers.Output.AsMemory(0, length), cancellation);
        entry.CompressedSize += length;
        _free.Push(block.Buffers);
        if (block.IsLast)
        {
            await WriteAsync(BlockDeflater.End.ToArray(), cancellation);
            entry.CompressedSize += BlockDeflater.End.Length;
            await WriteAsync(ZipFormat.Descriptor(entry), cancellation);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await output.WriteAsync(bytes, cancellation);
        _position += bytes.Length;
    }

    private sealed record Block(ZipEntry Entry, Buffers Buffers, bool IsFirst, bool IsLast, Task<int> Compressed);

    /// <summary>What one block is read and compressed into.</summary>
    private sealed class Buffers
    {
        public byte[] Input { get; } = new byte[BlockDeflater.BlockSize];

        public byte[] Output { get; } = new byte[BlockDeflater.OutputSize];

        public Task<int> DeflateAsync(int length) => Task.Run(() => BlockDeflater.Deflate(Input.AsSpan(0, length), Output));
    }
}
