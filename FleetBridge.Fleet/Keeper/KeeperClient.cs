using System.Net.Sockets;
using System.Text;
using FleetBridge.Fleet.Running;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Fleet.Keeper;

/// <summary>Asks a keeper, each time by a connection of its own.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="clock">The clock of the limit.</param>
internal sealed class KeeperClient(RunFolder folder, TimeProvider clock)
{
    /// <summary>A keeper waits two seconds for a server that does not read its standard input.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Sends a request.</summary>
    /// <param name="request">A line.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RunningServerException">The keeper refuses, or does not respond.</exception>
    public async Task AskAsync(string request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var socket = await KeeperAddress.ConnectAsync(folder, both.Token).ConfigureAwait(false);
            await SendAsync(socket, request, both.Token).ConfigureAwait(false);
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
            var response = await reader.ReadLineAsync(both.Token).ConfigureAwait(false);
            if (response is null)
            {
                throw new RunningServerException("It has ended.");
            }

            if (response.StartsWith(KeeperWords.Error, StringComparison.Ordinal))
            {
                throw new RunningServerException(response[KeeperWords.Error.Length..]);
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new RunningServerException("It has ended.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RunningServerException($"Its keeper has not responded within {Limit.TotalSeconds:0} s.");
        }
    }

    /// <summary>Opens a connection on which the keeper says something only by itself.</summary>
    /// <param name="word"><see cref="KeeperWords.Watch"/> or <see cref="KeeperWords.Follow"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The connection; it is closed when the server has ended.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async Task<Socket> ListenAsync(string word, CancellationToken cancellation)
    {
        var socket = await KeeperAddress.ConnectAsync(folder, cancellation).ConfigureAwait(false);
        try
        {
            await SendAsync(socket, word, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task SendAsync(Socket socket, string line, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes($"{line}\n");
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellation).ConfigureAwait(false)..];
        }
    }
}
