using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>Something that is no bridge: it answers whatever it is asked with the same bytes, and hangs up.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private readonly Task _answering;

    private CannedServer(string answer)
    {
        _answer = Encoding.UTF8.GetBytes(answer);
        _listener.Start();
        _answering = AnswerAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static CannedServer Start(string answer) => new(answer);

    /// <summary>One that answers every request with a JSON object.</summary>
    public static CannedServer StartJson(string json) => Start(
        $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\nConnection: close\r\n\r\n{json}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[64 * 1024], 1, throwOnEndOfStream: false);
                await stream.WriteAsync(_answer);
            }
            catch (IOException)
            {
                // the client has hung up first
            }
            finally
            {
                client.Dispose();
            }
        }
    }
}
