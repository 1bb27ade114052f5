using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Gateway.Client;

/// <summary>One connection, from its upgrade to its end.</summary>
internal sealed class GatewaySocket : IDisposable
{
    /// <summary>The gateway's responses are far below it.</summary>
    private const int LargestMessage = 64 * 1024 * 1024;

    private const int FirstBuffer = 16 * 1024;

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _buffer = new byte[FirstBuffer];

    /// <summary>Opens it.</summary>
    /// <exception cref="GatewayException">The gateway refuses this client.</exception>
    /// <exception cref="WebSocketException">The gateway cannot be reached.</exception>
    public async Task OpenAsync(GatewayClientOptions options, CancellationToken cancellation)
    {
        var token = await options.Token(cancellation).ConfigureAwait(false);
        _socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        _socket.Options.CollectHttpResponseDetails = true;
        if (options.Address.IsLoopback)
        {
            _socket.Options.Proxy = null;
        }

        if (options.PlainFingerprint is { } fingerprint)
        {
            _socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate?.GetCertHashString(HashAlgorithmName.SHA256) == fingerprint;
        }

        try
        {
            await _socket.ConnectAsync(options.WebSocketAddress, cancellation).ConfigureAwait(false);
        }
        catch (WebSocketException) when ((int)_socket.HttpStatusCode is 401 or 403)
        {
            throw new GatewayException(
                "bad_token", $"The gateway at {options.Address} refuses the token (status {(int)_socket.HttpStatusCode}). Make one there with 'fleetbridge token new'.", retryable: false);
        }
    }

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(string type, JsonObject payload, CancellationToken cancellation)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = type, ["payload"] = payload }, MessageJson.Default.JsonObject);
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // a send that is cancelled aborts the connection: only its end ends it
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a message that nobody waits for: the receive sees a lost connection.</summary>
    public async Task TrySendAsync(string type, JsonObject payload)
    {
        try
        {
            await SendAsync(type, payload, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // the next connection does what is to be done
        }
    }

    /// <summary>Whether an exception says that the connection is lost, or that there is none.</summary>
    public static bool IsLoss(Exception exception) => exception is WebSocketException or InvalidOperationException or IOException;

    /// <summary>Receives a message.</summary>
    /// <returns>Null at the connection's end.</returns>
    public async Task<JsonElement?> ReceiveAsync(CancellationToken cancellation)
    {
        var count = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(count), cancellation).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            count += part.Count;
            if (part.EndOfMessage)
            {
                return JsonElement.Parse(_buffer.AsSpan(0, count));
            }

            if (count == _buffer.Length)
            {
                if (count >= LargestMessage)
                {
                    throw new WebSocketException(WebSocketError.HeaderError, "The gateway sent a message that is too large.");
                }

                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }
    }

    /// <summary>The code that the gateway has closed it with; 0 for none.</summary>
    public int CloseCode => (int?)_socket.CloseStatus ?? 0;

    /// <summary>Why.</summary>
    public string CloseReason => _socket.CloseStatusDescription ?? "";

    /// <summary>Closes it, or responds to the gateway's close.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // it has ended
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }
}
