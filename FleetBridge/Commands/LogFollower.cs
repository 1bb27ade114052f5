using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>
/// Prints the log of a running bridge, and connects again whenever the connection is lost. The program at the other end may be any:
/// whatever it sends, no record is larger than a bridge's, and none is printed that is not a record.
/// </summary>
/// <param name="json">Whether to print the records for a program, as one line of JSON each.</param>
internal sealed class LogFollower(LogConnection connection, bool json, TimeProvider clock)
{
    /// <summary>How long the rest of a record may take. A bridge sends each as one frame.</summary>
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(10);

    private const string NoRecord = "The log socket sent something that is not a FleetBridge log record.";

    /// <summary>Runs until Ctrl-C.</summary>
    /// <exception cref="UserException">The log cannot be read.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        var pause = LogConnection.FirstPause;
        try
        {
            while (true)
            {
                using var socket = await connection.OpenAsync(cancellation).ConfigureAwait(false);
                var printed = await PrintAllAsync(socket, cancellation).ConfigureAwait(false);
                if (BackendConsole.StandardOutput.Problem is not null)
                {
                    return ExitCode.OutputFailed;
                }

                Terminal.WriteError($"The connection to the log at {connection.Address} was lost; reconnecting.");

                // A program that accepts and closes at once must not be asked without a pause, nor ever more often.
                pause = printed ? LogConnection.FirstPause : LogConnection.After(pause);
                await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    /// <returns>Whether any record was printed.</returns>
    private async Task<bool> PrintAllAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var (printed, warned) = (false, false);
        var record = new MemoryStream();
        while (await ReadAsync(socket, record, cancellation).ConfigureAwait(false))
        {
            if (WireJson.Read(record.GetBuffer().AsSpan(0, (int)record.Length)) is { } node && IsRecord(node))
            {
                Print(node);
                printed = true;
                if (BackendConsole.StandardOutput.Problem is not null)
                {
                    return printed;
                }
            }
            else if (!warned)
            {
                Terminal.WriteError(NoRecord);
                warned = true;
            }
        }

        return printed;
    }

    /// <summary>Reads one record.</summary>
    /// <returns>False at the connection's end, also when it is ended here because the record does not end.</returns>
    private async Task<bool> ReadAsync(ClientWebSocket socket, MemoryStream record, CancellationToken cancellation)
    {
        record.SetLength(0);
        var buffer = new byte[16 * 1024];
        using var late = new RestartedLimit(RestLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return false;
                }

                if (record.Length + received.Count > EditorRecord.MostBytes)
                {
                    Terminal.WriteError(NoRecord);
                    return false;
                }

                record.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    return true;
                }

                if (record.Length == received.Count)
                {
                    late.Restart();
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Terminal.WriteError(NoRecord);
            return false;
        }
    }

    private static bool IsRecord(JsonObject node) => WireJson.Text(node, "message") is not null && WireJson.Text(node, "level") is not null;

    private void Print(JsonObject record)
    {
        if (json)
        {
            // written again, so that whatever was sent is one line and in ASCII
            BackendConsole.StandardOutput.WriteLine(Encoding.ASCII.GetString(WireJson.Write(writer => WireJson.WriteMembers(writer, record))));
            return;
        }

        Terminal.WriteRecord(TextOf("time"), TextOf("level"), TextOf("name"), TextOf("message"), Terminal.Out);

        string TextOf(string member) => WireJson.Text(record, member) ?? "";
    }
}
