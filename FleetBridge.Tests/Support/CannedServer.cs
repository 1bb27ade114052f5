using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FleetBridge.Tests.Support;

/// <summary>Something that is no bridge: it answers whatever it is asked with the same bytes, and hangs up.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]> _answer;
    private readonly Task _answering;

    private readonly X509Certificate2? _certificate;

    private CannedServer(Func<string, byte[]> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _answering = AnswerAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}";

    public static CannedServer Start(string answer) => Start(Encoding.UTF8.GetBytes(answer));

    public static CannedServer Start(byte[] answer) => new(_ => answer);

    /// <summary>One that speaks TLS.</summary>
    public static CannedServer StartTls(X509Certificate2 certificate, string answer) =>
        new(_ => Encoding.UTF8.GetBytes(answer), certificate);

    /// <summary>One that answers every request with a JSON object.</summary>
    public static CannedServer StartJson(string json) => Start(Json("200 OK", json));

    /// <summary>One that answers as a bridge would.</summary>
    /// <param name="answer">From a request's target to the JSON of its answer; null for what is not there.</param>
    public static CannedServer StartBridge(Func<string, string?> answer) => new(request =>
        answer(request.Split(' ')[1]) is { } json
            ? Encoding.UTF8.GetBytes(Json("200 OK", json))
            : Encoding.UTF8.GetBytes(Json("404 Not Found", """{"Overall Result": "False", "Error": "Not here."}""")));

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
    }

    private static string Json(string status, string json) =>
        $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\nConnection: close\r\n\r\n{json}";

    private async Task AnswerAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                return;
            }

            try
            {
                await using var stream = await OpenAsync(client.GetStream());
                var request = new byte[64 * 1024];
                var length = await stream.ReadAtLeastAsync(request, 1, throwOnEndOfStream: false);
                await stream.WriteAsync(_answer(Encoding.ASCII.GetString(request, 0, length)));
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // the client has hung up first, or does not trust it
            }
            finally
            {
                client.Dispose();
            }
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }
}
