using System.IO.Pipelines;
using System.Net.WebSockets;

namespace FleetBridge.Tests.Unit.Fleet.Link;

/// <summary>A connection within this process: two WebSockets with real frames, which can be cut and held up.</summary>
internal sealed class MemoryWire
{
    private readonly Pipe _up = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _down = new(new PipeOptions(pauseWriterThreshold: 0));

    public MemoryWire()
    {
        Client = WebSocket.CreateFromStream(new End(_down.Reader, _up.Writer, this), Options(isServer: false));
        Server = WebSocket.CreateFromStream(new End(_up.Reader, _down.Writer, this), Options(isServer: true));
    }

    public WebSocket Client { get; }

    public WebSocket Server { get; }

    /// <summary>While set, what is written goes nowhere, and nobody notices.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Ends the connection on both sides without a close frame.</summary>
    public void Cut()
    {
        var reason = new IOException("the wire was cut");
        _up.Writer.Complete(reason);
        _down.Writer.Complete(reason);
    }

    private static WebSocketCreationOptions Options(bool isServer) => new() { IsServer = isServer, KeepAliveInterval = Timeout.InfiniteTimeSpan };

    private sealed class End(PipeReader reader, PipeWriter writer, MemoryWire wire) : Stream
    {
        private readonly Stream _read = reader.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _read.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (wire.IsStalled)
            {
                return;
            }

            try
            {
                await writer.WriteAsync(buffer, cancellationToken);
            }
            catch (InvalidOperationException exception)
            {
                throw new IOException("the wire was cut", exception);
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                wire.Cut();
            }

            base.Dispose(disposing);
        }
    }
}
