using System.Net;
using System.Net.WebSockets;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>Connects to the log of a running bridge, and tries again while that is not possible.</summary>
/// <param name="token">The bridge's token; null when it requires none.</param>
/// <param name="patience">How long to try.</param>
internal sealed class LogConnection(Uri address, AccessToken? token, TimeSpan patience, TimeProvider clock)
{
    /// <summary>The pause after the first failure. It doubles with each further one, up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>A bridge responds in milliseconds; a program that takes longer than this is not one.</summary>
    private static readonly TimeSpan ResponseLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int LongestReason = 300;

    public Uri Address => address;

    /// <summary>Opens a connection.</summary>
    /// <exception cref="UserException">It was not possible in time; the message says why.</exception>
    public async Task<ClientWebSocket> OpenAsync(CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var pause = FirstPause;
        var reported = "";
        while (true)
        {
            var (socket, problem) = await TryOpenAsync(cancellation).ConfigureAwait(false);
            if (socket is not null)
            {
                return socket;
            }

            if (clock.GetElapsedTime(started) + pause > patience)
            {
                throw new UserException(ExitCode.Unreachable, $"The log at {address} cannot be read: {problem}.");
            }

            if (problem != reported)
            {
                reported = problem;
                Terminal.WriteError($"The log at {address} cannot be read yet ({problem}); trying for {patience.TotalSeconds:0} s.");
            }

            await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
            pause = After(pause);
        }
    }

    /// <summary>The pause after one more failure.</summary>
    public static TimeSpan After(TimeSpan pause) => TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));

    private async Task<(ClientWebSocket? Socket, string Problem)> TryOpenAsync(CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        using var http = new HttpMessageInvoker(LoopbackHttp.CreateHandler());
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", token?.Header.ToString());
        using var late = new CancellationTokenSource(ResponseLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await socket.ConnectAsync(address, http, either.Token).ConfigureAwait(false);
            return (socket, "");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whoever holds the port may send anything, and the framework has many exceptions for what is no WebSocket.
            var problem = ProblemOf(socket, exception);
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return (null, problem);
        }
    }

    private static string ProblemOf(ClientWebSocket socket, Exception exception) => exception switch
    {
        OperationCanceledException => "the program there does not respond",
        _ when socket.HttpStatusCode == HttpStatusCode.Unauthorized =>
            $"it requires the bridge's token: use --token-file or {TokenFile.Variable}",
        _ when socket.HttpStatusCode == HttpStatusCode.Conflict => "another client, such as the editor, is reading it",
        _ => ShortText.Of(exception.InnerException?.Message ?? exception.Message, LongestReason),
    };
}
