using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FleetBridge.Tests.Support;

/// <summary>TLS with a certificate of the test's choice before a server that has none.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly X509Certificate2 _certificate;
    private readonly int _behind;
    private readonly Task _accepting;

    public TlsFront(X509Certificate2 certificate, int behind)
    {
        (_certificate, _behind) = (certificate, behind);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // the end
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (var behind = new TcpClient())
            await using (var front = new SslStream(client.GetStream()))
            {
                await front.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ending.Token);
                await behind.ConnectAsync(IPAddress.Loopback, _behind, _ending.Token);
                var stream = behind.GetStream();
                await Task.WhenAny(front.CopyToAsync(stream, _ending.Token), stream.CopyToAsync(front, _ending.Token));
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or SocketException or OperationCanceledException)
        {
            // the client has refused the certificate, or one of both has gone
        }
    }
}
