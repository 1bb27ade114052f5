using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The side that connects: one loop keeps one connection, for as long as it runs. Messages can be sent at any time; they are kept until
/// the server has handled them, within the bounds.
/// </summary>
internal sealed partial class LinkClient : IAsyncDisposable
{
    private const int NotFound = 404;

    private readonly LinkOptions _options;
    private readonly ILinkConnector _connector;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly LinkBackoff _backoff;
    private int _isRunning;

    /// <summary>A client over the network.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="handler">Handles what the server sends.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="logger">Logs each change.</param>
    public LinkClient(LinkOptions options, ILinkHandler handler, TimeProvider clock, ILogger logger)
        : this(options, handler, CreateConnector(options, clock), clock, logger, Random.Shared.NextDouble)
    {
    }

    /// <summary>A client with another way to its server.</summary>
    /// <param name="options">The bounds and times.</param>
    /// <param name="handler">Handles what the server sends.</param>
    /// <param name="connector">The way to the server.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="logger">Logs each change.</param>
    /// <param name="random">A number from 0 to 1, without 1, for the waits.</param>
    public LinkClient(
        LinkOptions options, ILinkHandler handler, ILinkConnector connector, TimeProvider clock, ILogger logger, Func<double> random)
    {
        (_options, _connector, _clock, _logger) = (options, connector, clock, logger);
        _backoff = new LinkBackoff(options.Times, random);
        Server = new LinkPeer(connector.Target, handler, options.Bounds, options.Times, clock, logger);
    }

    /// <summary>The server.</summary>
    public LinkPeer Server { get; }

    /// <summary>What can be seen of the link now.</summary>
    public LinkStatus Status => Server.Status;

    /// <summary>Sends a message; see <see cref="LinkPeer.SendAsync"/>.</summary>
    public ValueTask SendAsync(
        int type, ReadOnlyMemory<byte> payload, LinkClass kind = LinkClass.Control, CancellationToken cancellation = default) =>
        Server.SendAsync(type, payload, kind, cancellation);

    /// <summary>Keeps a connection until it is told to stop.</summary>
    /// <param name="stopping">Ends it: a wait at once, a connection with a close frame.</param>
    /// <returns>Completes when it was stopped.</returns>
    /// <exception cref="LinkException">The server refuses this client, or could not be reached at first.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            throw new InvalidOperationException("The link is running already: it has one loop.");
        }

        try
        {
            await KeepConnectedAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped(_connector.Target);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static ILinkConnector CreateConnector(LinkOptions options, TimeProvider clock) =>
        options.Uri is { Scheme: "ws", IsLoopback: true } ? new LoopbackConnector(options, clock) : new WebSocketConnector(options, clock);

    private async Task KeepConnectedAsync(CancellationToken stopping)
    {
        var begun = _clock.GetTimestamp();
        var hasConnected = false;
        while (true)
        {
            TimeSpan wait;
            try
            {
                stopping.ThrowIfCancellationRequested();
                var (socket, welcome) = await ConnectAsync(hasConnected ? null : Left(begun), stopping).ConfigureAwait(false);
                if (!Agree(welcome))
                {
                    socket.Dispose();
                    throw new LinkConnectException("its messages are not those of this session, which is given up");
                }

                hasConnected = true;
                var connected = _clock.GetTimestamp();
                LogConnected(_connector.Target, welcome.Session.IsResumed ? "continues" : "is new", Status.Unacknowledged);
                var end = await Server.ServeAsync(socket, welcome.Session, stopping).ConfigureAwait(false);
                stopping.ThrowIfCancellationRequested();
                if (LinkCloseCode.IsFinal(end.Code))
                {
                    throw Refused(end.Code, $"it has closed the connection with code {end.Code}: {end.Reason}");
                }

                LogDisconnected(_connector.Target, VisibleText.Of(end.ToString()));

                if (_clock.GetElapsedTime(connected) >= _options.Times.Healthy)
                {
                    _backoff.Reset();
                }

                wait = _backoff.Next(end.Code == LinkCloseCode.ServiceRestart, retryAfter: null);
            }
            catch (LinkConnectException failure)
            {
                LogNotConnected(Server.Status.Attempts == 1 ? LogLevel.Warning : LogLevel.Debug, _connector.Target, Server.Status.Attempts, VisibleText.Of(failure.Message));
                Server.Note(status => status with { LastEnd = failure.Message });
                if (failure.Status is 400 or 401 or 403 or 410 || (failure.Status is NotFound && !hasConnected))
                {
                    throw Refused(failure.Status, failure.Message);
                }

                wait = _backoff.Next(failure.IsNobodyThere, failure.RetryAfter);
                if (!hasConnected && Left(begun) is { } left && left <= wait)
                {
                    await Task.Delay(left, _clock, stopping).ConfigureAwait(false);
                    throw new LinkException(
                        $"{_connector.Target} could not be reached within {_options.FirstConnectLimit!.Value.TotalSeconds:0.##} s: {failure.Message}.");
                }
            }

            Server.Note(status => status with { NextTryAt = _clock.GetUtcNow() + wait });
            await Task.Delay(wait, _clock, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>How much of the time for the first connection is left; null if there is no limit.</summary>
    private TimeSpan? Left(long begun) => _options.FirstConnectLimit is { } limit
        ? TimeSpan.FromTicks(Math.Max(0, (limit - _clock.GetElapsedTime(begun)).Ticks))
        : null;

    private async Task<(System.Net.WebSockets.WebSocket Socket, LinkWelcome Welcome)> ConnectAsync(TimeSpan? left, CancellationToken stopping)
    {
        Server.Note(status => status with { Attempts = status.Attempts + 1, NextTryAt = null });
        var limit = left < _options.Times.Connect ? left.Value : _options.Times.Connect;
        using var timeout = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await _connector.ConnectAsync(Server.Position, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (timeout.IsCancellationRequested && !stopping.IsCancellationRequested
            && exception is OperationCanceledException or LinkConnectException { Status: null })
        {
            throw new LinkConnectException($"there is no response within {limit.TotalSeconds:0.##} s");
        }
        catch (LinkConnectException) when (stopping.IsCancellationRequested)
        {
            throw new OperationCanceledException(stopping);
        }
    }

    /// <summary>Takes over the server's position.</summary>
    /// <returns>False if the two sides do not agree; the next attempt has no session.</returns>
    private bool Agree(LinkWelcome welcome)
    {
        if (!welcome.Session.IsResumed)
        {
            Server.Restart(welcome.Session.Epoch, _options.Survives);
            return true;
        }

        if (welcome.Session.Epoch == Server.Position.Epoch && Server.TryContinue(welcome.Received))
        {
            return true;
        }

        Server.Restart(epoch: null, _options.Survives);
        return false;
    }

    private LinkException Refused(int? code, string reason)
    {
        LogRefused(_connector.Target, VisibleText.Of(reason));
        return new LinkException($"{_connector.Target} refuses this side, which stays away: {reason.TrimEnd('.')}.", code);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Target}: the session {Continues}, {Unacknowledged} messages wait for it.")]
    private partial void LogConnected(string target, string continues, long unacknowledged);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to {Target} was {End}. It is made again.")]
    private partial void LogDisconnected(string target, string end);

    [LoggerMessage(Message = "{Target} cannot be reached (attempt {Attempt}): {Reason}. It is tried again.")]
    private partial void LogNotConnected(LogLevel level, string target, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Target} refuses this side, which stays away: {Reason}")]
    private partial void LogRefused(string target, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link to {Target} has stopped.")]
    private partial void LogStopped(string target);
}
