using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>One look at a server's health. Each gives null, or what was wrong.</summary>
internal static class HealthProbes
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>How long a refusal of a UDP port takes at most; nothing within it is a success.</summary>
    private static readonly TimeSpan UdpLimit = TimeSpan.FromMilliseconds(300);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    /// <summary>The probe of a configuration; null where nothing is to be asked.</summary>
    /// <param name="run">What was started.</param>
    /// <param name="readLog">Reads the lines of the log from the run's start on, until they match.</param>
    /// <param name="clock">The clock.</param>
    public static Func<CancellationToken, Task<string?>>? Of(
        RunRecord run, Func<Func<ReadOnlyMemory<byte>, ValueTask>, CancellationToken, Task> readLog, TimeProvider clock)
    {
        var health = run.Configuration.Health;
        var port = health.Port ?? run.Configuration.Ports.Values.FirstOrDefault();
        return health.Type switch
        {
            HealthType.Tcp => cancellation => WithinAsync(limit => TcpAsync(port, limit), port, clock, cancellation),
            HealthType.Udp => cancellation => UdpAsync(port, clock, cancellation),
            HealthType.Http => cancellation => WithinAsync(limit => HttpAsync(port, health.Path ?? "/", limit), port, clock, cancellation),
            HealthType.Log => cancellation => LogAsync(health.Pattern ?? "", readLog, cancellation),
            _ => null,
        };
    }

    private static async Task<string?> WithinAsync(
        Func<CancellationToken, Task<string?>> probe, int port, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await probe(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"port {port} did not respond within {Limit.TotalSeconds:0} s.");
        }
    }

    private static async Task<string?> TcpAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (SocketException exception)
        {
            return string.Create(CultureInfo.InvariantCulture, $"TCP port {port}: {exception.Message}.");
        }
    }

    /// <summary>An empty datagram to a port that nobody has comes back as a refusal.</summary>
    private static async Task<string?> UdpAsync(int port, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(UdpLimit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(IPAddress.Loopback, port, both.Token).ConfigureAwait(false);
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, both.Token).ConfigureAwait(false);
            await socket.ReceiveAsync(new byte[1], both.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return string.Create(CultureInfo.InvariantCulture, $"nobody has UDP port {port}.");
        }
        catch (SocketException exception)
        {
            // a larger datagram than asked for is a response too
            return exception.SocketErrorCode == SocketError.MessageSize ? null : $"UDP: {exception.Message}.";
        }
    }

    private static async Task<string?> HttpAsync(int port, string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await Http.GetAsync(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}")),
                HttpCompletionOption.ResponseHeadersRead,
                cancellation).ConfigureAwait(false);
            return (int)response.StatusCode is >= 200 and < 400
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"HTTP port {port} responded with {(int)response.StatusCode}.");
        }
        catch (HttpRequestException exception)
        {
            return string.Create(CultureInfo.InvariantCulture, $"HTTP port {port}: {exception.Message}");
        }
    }

    private static async Task<string?> LogAsync(
        string pattern, Func<Func<ReadOnlyMemory<byte>, ValueTask>, CancellationToken, Task> readLog, CancellationToken cancellation)
    {
        var lines = new PatternLines(pattern);
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await readLog(
                async bytes =>
                {
                    if (lines.Add(bytes.Span))
                    {
                        await found.CancelAsync().ConfigureAwait(false);
                    }
                },
                found.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // it was found
        }

        return lines.IsFound ? null : "the pattern was not printed yet.";
    }
}

/// <summary>Looks for a line that matches.</summary>
/// <param name="pattern">The regular expression.</param>
internal sealed class PatternLines(string pattern)
{
    /// <summary>A longer line is looked at in pieces.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Regex _pattern = new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(250));
    private readonly List<byte> _line = [];

    /// <summary>Whether a line has matched.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Looks at more output.</summary>
    /// <returns>Whether a line has matched.</returns>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        while (!IsFound && !bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            _line.AddRange(end < 0 ? bytes : bytes[..end]);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end >= 0 || _line.Count >= LongestLine)
            {
                IsFound = IsMatch(Encoding.UTF8.GetString([.. _line]).TrimEnd('\r'));
                _line.Clear();
            }
        }

        return IsFound;
    }

    private bool IsMatch(string line)
    {
        try
        {
            return _pattern.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
