using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge logs</c>: follow the log of a running bridge, as the editor does.</summary>
internal static class LogsCommand
{
    /// <summary>A bridge answers in milliseconds; whatever does not answer in this time is none.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int MostSeconds = 86_400;

    public static Command Create()
    {
        var json = SharedOptions.Json();
        var port = SharedOptions.WebSocketPort("The port of the log", least: 1);
        var wait = new Option<double>("--wait")
        {
            Description = "For how many seconds to try to connect, at the start and after a loss.",
            DefaultValueFactory = _ => 60,
            CustomParser = ParseSeconds,
        };
        var tokenFile = SharedOptions.TokenFile();
        var command = new ExampleCommand(
            "logs",
            "Follow the log of a running bridge until Ctrl-C. The log serves one client at a time: while the "
            + "editor reads it, this waits for it to leave.",
            "fleetbridge logs",
            "fleetbridge logs --websocket-port 8775 --json")
        {
            port, wait, tokenFile, json,
        };
        command.SetAction((parsed, cancellation) => FollowAsync(
            new Uri($"ws://localhost:{parsed.GetValue(port)}/"),
            SharedOptions.ReadToken(parsed.GetValue(tokenFile)),
            TimeSpan.FromSeconds(parsed.GetValue(wait)),
            parsed.GetValue(json),
            cancellation));
        return command;
    }

    private static double ParseSeconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds)
        {
            return seconds;
        }

        result.AddError($"'{text}' is no time to wait: a number of seconds from 0 to {MostSeconds}.");
        return 0;
    }

    private static async Task<int> FollowAsync(
        Uri address, AccessToken? token, TimeSpan patience, bool json, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                using var socket = await ConnectAsync(address, token, patience, cancellation).ConfigureAwait(false);
                await ReadAsync(socket, json, cancellation).ConfigureAwait(false);
                Terminal.WriteError($"The log at {address} has ended; trying to connect again.");

                // One that accepts and ends at once must not be asked without a pause.
                await Task.Delay(FirstPause, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (int)ExitCode.Success;
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(
        Uri address, AccessToken? token, TimeSpan patience, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var pause = FirstPause;
        var told = "";
        while (true)
        {
            var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Authorization", token?.Header.ToString());
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(AnswerLimit);
            try
            {
                await socket.ConnectAsync(address, limit.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                var reason = Reason(socket, exception);
                socket.Dispose();
                cancellation.ThrowIfCancellationRequested();
                if (TimeProvider.System.GetElapsedTime(started) + pause > patience)
                {
                    throw new UserException(ExitCode.Unreachable, $"The log at {address} cannot be read: {reason}.");
                }

                if (reason != told)
                {
                    told = reason;
                    Terminal.WriteError($"The log at {address} cannot be read yet ({reason}); trying for {patience.TotalSeconds:0} s.");
                }
            }

            await Task.Delay(pause, cancellation).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private static string Reason(ClientWebSocket socket, Exception exception) => exception switch
    {
        OperationCanceledException => "what listens there does not answer",
        _ when (int)socket.HttpStatusCode == 401 =>
            $"it wants the token of its bridge, from --token-file or {TokenFile.Variable}",
        _ when (int)socket.HttpStatusCode == 409 => "another client, such as the editor, is reading it",
        _ => exception.InnerException?.Message ?? exception.Message,
    };

    private static async Task ReadAsync(ClientWebSocket socket, bool json, CancellationToken cancellation)
    {
        var record = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                var received = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                record.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage)
                {
                    continue;
                }
            }
            catch (WebSocketException)
            {
                return;
            }

            Print(record.GetBuffer().AsSpan(0, (int)record.Length), json);
            record.SetLength(0);
        }
    }

    private static void Print(ReadOnlySpan<byte> record, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(record));
            return;
        }

        try
        {
            var node = JsonNode.Parse(record);
            Terminal.WriteRecord(
                $"{node?["time"]}", $"{node?["level"]}", $"{node?["name"]}", $"{node?["message"]}", Terminal.Out);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            Terminal.WriteError("What the log socket sent is no record of a FleetBridge.");
        }
    }
}
