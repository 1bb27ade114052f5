using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>Prints the log of a running bridge, and connects again whenever the connection is lost.</summary>
/// <param name="json">Whether to print the records as they come, for a program.</param>
internal sealed class LogFollower(LogConnection connection, bool json, TimeProvider clock)
{
    /// <summary>Runs until Ctrl-C.</summary>
    /// <exception cref="UserException">The log cannot be read.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                using var socket = await connection.OpenAsync(cancellation).ConfigureAwait(false);
                await PrintAllAsync(socket, cancellation).ConfigureAwait(false);
                if (BackendConsole.StandardOutput.Problem is not null)
                {
                    return ExitCode.OutputFailed;
                }

                Terminal.WriteError($"The connection to the log at {connection.Address} was lost; reconnecting.");

                // A bridge that accepts and closes at once must not be asked without a pause.
                await Task.Delay(LogConnection.FirstPause, clock, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private async Task PrintAllAsync(ClientWebSocket socket, CancellationToken cancellation)
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

            Print(record.GetBuffer().AsSpan(0, (int)record.Length));
            record.SetLength(0);
            if (BackendConsole.StandardOutput.Problem is not null)
            {
                return;
            }
        }
    }

    private void Print(ReadOnlySpan<byte> record)
    {
        if (json)
        {
            BackendConsole.StandardOutput.WriteLine(System.Text.Encoding.UTF8.GetString(record));
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
            Terminal.WriteError("The log socket sent something that is not a FleetBridge log record.");
        }
    }
}
