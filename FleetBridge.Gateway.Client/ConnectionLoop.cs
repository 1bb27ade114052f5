using System.Text.Json;

namespace FleetBridge.Gateway.Client;

/// <summary>Opens a client's connections one after another, with pauses, and passes on what comes, until there is to be no more.</summary>
/// <param name="options">Where to, and as whom.</param>
/// <param name="connection">The connection at present.</param>
/// <param name="calls">The calls that wait for a response.</param>
/// <param name="topics">The topics.</param>
/// <param name="ending">Cancelled when the client ends.</param>
internal sealed class ConnectionLoop(
    GatewayClientOptions options, CurrentConnection connection, PendingCalls calls, ClientTopics topics, CancellationToken ending)
{
    private const int FirstOfStayAway = 4500;
    private const int LastOfStayAway = 4999;

    private TimeSpan _pause = options.FirstPause;
    private bool _wasGreeted;

    /// <summary>Runs to the end; it does not throw.</summary>
    public async Task RunAsync()
    {
        Exception? end = null;
        while (!ending.IsCancellationRequested && end is null)
        {
            using var socket = new GatewaySocket();
            end = await ConnectAsync(socket).ConfigureAwait(false);
            connection.Lose();
            calls.Lose(socket);
            if (end is null && !ending.IsCancellationRequested)
            {
                await PauseAsync().ConfigureAwait(false);
            }
        }

        end ??= new GatewayException("closed", "The client was closed.", retryable: false);
        connection.End(end);
        topics.End(ending.IsCancellationRequested ? null : end);
    }

    /// <summary>One connection, from its beginning to its end.</summary>
    /// <returns>Why there may be no other one; null when there may.</returns>
    private async Task<GatewayException?> ConnectAsync(GatewaySocket socket)
    {
        try
        {
            await OpenAsync(socket).ConfigureAwait(false);
            await ReceiveAllAsync(socket).ConfigureAwait(false);
            await socket.CloseAsync(ending).ConfigureAwait(false);
            Say($"The gateway at {options.Address} has closed the connection: {socket.CloseReason} ({socket.CloseCode}).");
            return socket.CloseCode is >= FirstOfStayAway and <= LastOfStayAway
                ? new GatewayException(
                    "closed", $"The gateway has closed the connection: {socket.CloseReason} ({socket.CloseCode})", retryable: false)
                : null;
        }
        catch (GatewayException exception)
        {
            return exception;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await socket.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (GatewaySocket.IsLoss(exception)
            || exception is JsonException or KeyNotFoundException or OperationCanceledException)
        {
            Say($"The connection to the gateway at {options.Address} was lost, or there is none: {exception.Message}");
            return _wasGreeted || options.RetriesFirst ? null
                : new GatewayException("unreachable", $"No gateway responds at {options.Address}: {exception.Message}", retryable: true);
        }
        catch (Exception exception)
        {
            // the caller's own code has thrown, such as the one that gives the token
            return new GatewayException(
                "failed", $"There is no connection to the gateway at {options.Address}: {exception.Message}", retryable: false);
        }
    }

    private async Task OpenAsync(GatewaySocket socket)
    {
        using var late = new CancellationTokenSource(options.ConnectLimit, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ending);
        await socket.OpenAsync(options, either.Token).ConfigureAwait(false);
    }

    /// <summary>Waits before the next connection: longer each time, and not when all others come back too.</summary>
    private async Task PauseAsync()
    {
        var jitter = (Random.Shared.NextDouble() * 0.5) + 0.75;
        await Task.Delay(_pause * jitter, options.Clock, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pause = _pause * 2 < options.LongestPause ? _pause * 2 : options.LongestPause;
    }

    private async Task ReceiveAllAsync(GatewaySocket socket)
    {
        while (await socket.ReceiveAsync(ending).ConfigureAwait(false) is { } message)
        {
            if (!message.TryGetProperty("payload", out var payload))
            {
                continue;
            }

            switch (message.GetProperty("type").GetString())
            {
                case "event" when payload.GetProperty("topic").GetString() == "hello":
                    await GreetedAsync(socket, payload.GetProperty("event")).ConfigureAwait(false);
                    break;
                case "event":
                    await topics.HappenedAsync(payload, ending).ConfigureAwait(false);
                    break;
                case "progress":
                    calls.Find(payload)?.Report(payload.GetProperty("progress"));
                    break;
                case "response" when calls.Find(payload) is { } call:
                    await RespondedAsync(call, payload).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task GreetedAsync(GatewaySocket socket, JsonElement hello)
    {
        (_pause, _wasGreeted) = (options.FirstPause, true);
        connection.Greeted(
            socket,
            new GatewaySession(
                hello.GetProperty("session_id").GetString()!,
                hello.GetProperty("user_id").GetString()!,
                hello.GetProperty("username").GetString()!,
                hello.TryGetProperty("role", out var role) ? role.GetString()! : ""));
        Say($"Connected to the gateway at {options.Address}.");
        await topics.ContinueAsync(socket).ConfigureAwait(false);
    }

    private async Task RespondedAsync(PendingCall call, JsonElement payload)
    {
        var error = payload.GetProperty("error");
        if (error.ValueKind == JsonValueKind.Object)
        {
            var why = new GatewayException(
                error.GetProperty("error").GetString() ?? "",
                error.GetProperty("description").GetString() ?? "",
                error.TryGetProperty("retryable", out var retryable) && retryable.ValueKind == JsonValueKind.True,
                payload.TryGetProperty("call", out var id) ? id.GetString() : null);
            call.Subscription?.End(why);
            call.Fail(why);
            return;
        }

        if (call.Subscription is not null)
        {
            // before the next message is read: its events come after this
            await topics.BeganAsync(call, payload.GetProperty("result"), ending).ConfigureAwait(false);
        }

        call.Succeed(payload.GetProperty("result"));
    }

    private void Say(string text) => options.Log?.Invoke(text);
}
