using System.Net.Sockets;
using System.Text;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Keeper;

/// <summary>
/// The private socket in the run's folder, by which a worker writes to the server's standard input, sends signals, and learns what is
/// new. Whoever does not read delays nobody.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const int Backlog = 64;
    private const int StackSize = 128 * 1024;

    private readonly IServerProcess _server;
    private readonly Func<Fields> _status;
    private readonly Func<long> _position;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock _lock = new();
    private readonly List<Socket> _watchers = [];
    private readonly List<Socket> _followers = [];
    private volatile bool _hasFollowers;
    private bool _isClosed;

    /// <summary>Listens in the current folder.</summary>
    /// <param name="server">The server.</param>
    /// <param name="status">What is known of it.</param>
    /// <param name="position">How far its log is.</param>
    public ControlSocket(IServerProcess server, Func<Fields> status, Func<long> position)
    {
        (_server, _status, _position) = (server, status, position);
        File.Delete(RunFolder.SocketName);
        _listener.Bind(new UnixDomainSocketEndPoint(RunFolder.SocketName));
        _listener.Listen(Backlog);
    }

    /// <summary>Begins to take connections.</summary>
    public void Start() => Run(Accept);

    /// <summary>The log is longer now. A follower whose buffer is full has an earlier note there, and reads to the end when it finds that.</summary>
    public void TellGrowth()
    {
        if (_hasFollowers)
        {
            lock (_lock)
            {
                _followers.RemoveAll(follower => !TryTell(follower));
                _hasFollowers = _followers.Count > 0;
            }
        }
    }

    /// <summary>Closes all connections: that is how the end is told.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _listener.Dispose();
            foreach (var socket in (IEnumerable<Socket>)[.. _watchers, .. _followers])
            {
                socket.Dispose();
            }
        }
    }

    private static void Run(Action action) => new Thread(() => action(), StackSize) { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                if (exception is SocketException { SocketErrorCode: SocketError.ConnectionAborted or SocketError.TooManyOpenSockets })
                {
                    Pause.For(100);
                    continue;
                }

                return;
            }

            Prune();
            Run(() => Serve(client));
        }
    }

    /// <summary>Serves a client; one that watches or follows says no more, and its thread ends.</summary>
    private void Serve(Socket client)
    {
        var isKept = false;
        try
        {
            var buffer = new byte[1024];
            var length = 0;
            while (!isKept)
            {
                var read = client.Receive(buffer.AsSpan(length));
                if (read == 0)
                {
                    return;
                }

                length += read;
                for (int end; !isKept && (end = buffer.AsSpan(0, length).IndexOf((byte)'\n')) >= 0;)
                {
                    isKept = Handle(client, buffer.AsSpan(0, end));
                    buffer.AsSpan(end + 1, length - end - 1).CopyTo(buffer);
                    length -= end + 1;
                }

                if (length == buffer.Length)
                {
                    if (length >= KeeperWords.LongestLine)
                    {
                        return;
                    }

                    Array.Resize(ref buffer, length * 2);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // it has gone
        }
        finally
        {
            if (!isKept)
            {
                client.Dispose();
            }
        }
    }

    /// <summary>Does what a line asks for.</summary>
    /// <returns>Whether the client only listens from now on.</returns>
    private bool Handle(Socket client, ReadOnlySpan<byte> line)
    {
        var text = Encoding.ASCII.GetString(line);
        if (text is KeeperWords.Watch or KeeperWords.Follow)
        {
            return Keep(client, text == KeeperWords.Follow);
        }

        string? problem;
        if (text.StartsWith(KeeperWords.Stdin, StringComparison.Ordinal))
        {
            problem = WriteStdin(text[KeeperWords.Stdin.Length..]);
        }
        else if (text.StartsWith(KeeperWords.Send, StringComparison.Ordinal))
        {
            problem = _server.Signal(text[KeeperWords.Send.Length..]);
        }
        else if (text == KeeperWords.Kill)
        {
            _server.KillTree();
            problem = null;
        }
        else if (text == KeeperWords.Status)
        {
            client.Send(Encoding.ASCII.GetBytes($"{KeeperWords.Ok} {Convert.ToBase64String(_status().Write())}\n"));
            return false;
        }
        else
        {
            problem = "There is no such request.";
        }

        client.Send(Encoding.UTF8.GetBytes(problem is null ? $"{KeeperWords.Ok}\n" : $"{KeeperWords.Error}{problem}\n"));
        return false;
    }

    private string? WriteStdin(string base64)
    {
        byte[] line;
        try
        {
            line = Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return "The line is not base64.";
        }

        // one after the other: half a line is never in the middle of another
        lock (_server)
        {
            return _server.WriteStdin(line);
        }
    }

    private bool Keep(Socket client, bool follows)
    {
        client.Send(Encoding.ASCII.GetBytes($"{KeeperWords.Ok}\n"));
        client.Blocking = false;
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            (follows ? _followers : _watchers).Add(client);
            _hasFollowers |= follows;

            // what was printed between its look at the files and now
            return !follows || TryTell(client);
        }
    }

    /// <returns>False when it has gone.</returns>
    private bool TryTell(Socket follower)
    {
        Span<byte> note = stackalloc byte[24];
        _position().TryFormat(note, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        note[length] = (byte)'\n';
        follower.Send(note[..(length + 1)], SocketFlags.None, out var error);
        if (error is SocketError.Success or SocketError.WouldBlock)
        {
            return true;
        }

        follower.Dispose();
        return false;
    }

    private void Prune()
    {
        lock (_lock)
        {
            foreach (var list in (List<Socket>[])[_watchers, _followers])
            {
                list.RemoveAll(socket =>
                {
                    var isGone = socket.Poll(0, SelectMode.SelectRead);
                    if (isGone)
                    {
                        socket.Dispose();
                    }

                    return isGone;
                });
            }
        }
    }
}
