using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// One connection to the broker from its opening to its end. It is never recovered: what comes after it is another one, with everything
/// declared again, since the client's own recovery tries each five seconds and gives exclusive queues other names.
/// </summary>
internal sealed class MeshLink : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IConnection _connection;

    private MeshLink(IConnection connection)
    {
        _connection = connection;
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _closed.TrySetResult(reason.ReplyText);
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, _) =>
        {
            Blocked?.Invoke(true);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            Blocked?.Invoke(false);
            return Task.CompletedTask;
        };
    }

    /// <summary>Is called when the broker takes nothing, because it has no memory or disk left, and when it continues.</summary>
    public event Action<bool>? Blocked;

    /// <summary>Completes with the reason when the connection, or one of its channels, has ended.</summary>
    public Task<string> Closed => _closed.Task;

    public IConnection Connection => _connection;

    /// <summary>Connects.</summary>
    /// <param name="address">The broker.</param>
    /// <param name="name">What the broker's own pages show.</param>
    /// <param name="heartbeat">Two of them without a sign of the broker, and the connection has ended.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task<MeshLink> OpenAsync(MeshAddress address, string name, TimeSpan heartbeat, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory
        {
            HostName = address.Host,
            Port = address.Port,
            UserName = address.User,
            Password = address.Password,
            VirtualHost = address.VirtualHost,
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = heartbeat,
            RequestedConnectionTimeout = ConnectLimit,
            ContinuationTimeout = ConnectLimit,
            MaxInboundMessageBodySize = 2 * MeshProtocol.LargestMessage,
            Ssl = new SslOption { Enabled = address.IsTls, ServerName = address.Host, CertificateValidationCallback = Accept },
        };
        return new MeshLink(await factory.CreateConnectionAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>The client's own callback says only that it has refused.</summary>
    private static bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        var reasons = (chain?.ChainStatus ?? []).Select(status => $"{status.Status}").Prepend($"{errors}").Distinct(StringComparer.Ordinal);
        throw new AuthenticationException(string.Join(", ", reasons));
    }

    /// <summary>Opens a channel. Where it ends, the connection does: half of one serves nobody.</summary>
    public async Task<IChannel> OpenChannelAsync(CancellationToken cancellation)
    {
        var channel = await _connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            _closed.TrySetResult(reason.ReplyText);
            return Task.CompletedTask;
        };
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        _closed.TrySetResult("closed");
        try
        {
            await _connection.CloseAsync(200, "bye", CloseLimit, abort: true).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or TimeoutException)
        {
            // the broker hangs, or has gone
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
