using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Answers every request with an empty list of buckets.</summary>
internal sealed class S3Emulator : IDisposable
{
    private const string Body = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>o</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>
        """;

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public S3Emulator()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    /// <summary>One after another: there is one caller.</summary>
    private async Task ServeAsync()
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                var have = 0;
                int read;
                do
                {
                    read = await socket.ReceiveAsync(buffer.AsMemory(have));
                    have += read;
                }
                while (read > 0 && buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8) < 0);

                await socket.SendAsync(Answer);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }
}
