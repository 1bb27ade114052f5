using System.Globalization;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Containers;

/// <summary>Reads what containers have printed, as the engine has kept it.</summary>
/// <param name="engine">The engine.</param>
internal sealed class ContainerLog(ContainerEngine engine)
{
    private const int PieceLength = 64 * 1024;

    /// <summary>Reads the logs of a server's containers, the oldest first.</summary>
    /// <param name="containers">Their ids.</param>
    /// <param name="range">The part.</param>
    /// <param name="write">Takes the bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReadAsync(
        IReadOnlyList<string> containers, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        var tails = await TailsAsync(containers, range, cancellation).ConfigureAwait(false);
        for (var i = 0; i < containers.Count; i++)
        {
            if (tails[i] != 0)
            {
                await ReadOneAsync(containers[i], range with { Tail = tails[i], Follow = range.Follow && i == containers.Count - 1 }, write, cancellation)
                    .ConfigureAwait(false);
            }
            else if (range.Follow && i == containers.Count - 1)
            {
                await ReadOneAsync(containers[i], range with { Tail = 0 }, write, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A container's last lines, as people see them.</summary>
    public async Task<IReadOnlyList<string>> LastLinesAsync(string container, int count, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        await ReadOneAsync(
            container,
            new LogRange { Tail = count },
            bytes =>
            {
                // lines without an end are cut by the engine at 16 KiB, so that this is bounded
                text.Write(bytes.Span);
                return ValueTask.CompletedTask;
            },
            cancellation).ConfigureAwait(false);
        return
        [
            .. System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length)
                .Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).TakeLast(count).Select(VisibleText.Of),
        ];
    }

    /// <summary>How many lines of each container belong to the last lines of all.</summary>
    private async Task<long?[]> TailsAsync(IReadOnlyList<string> containers, LogRange range, CancellationToken cancellation)
    {
        var tails = new long?[containers.Count];
        if (range.Tail is not { } ahead)
        {
            return tails;
        }

        for (var i = containers.Count - 1; i >= 0; i--)
        {
            tails[i] = ahead;
            if (ahead > 0 && i > 0)
            {
                long lines = 0;
                await ReadOneAsync(
                    containers[i],
                    range with { Tail = ahead, Follow = false },
                    bytes =>
                    {
                        lines += bytes.Span.Count((byte)'\n');
                        return ValueTask.CompletedTask;
                    },
                    cancellation).ConfigureAwait(false);
                ahead = Math.Max(0, ahead - lines);
            }
        }

        return tails;
    }

    private async Task ReadOneAsync(
        string container, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        MultiplexedStream stream;
        try
        {
            stream = await engine.Client.Containers.GetContainerLogsAsync(
                container,
                new ContainerLogsParameters
                {
                    ShowStdout = true,
                    ShowStderr = true,
                    Follow = range.Follow,
                    Tail = range.Tail?.ToString(CultureInfo.InvariantCulture),
                    Since = Seconds(range.From),
                    Until = Seconds(range.To),
                },
                cancellation).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return;
        }

        using (stream)
        {
            var piece = new byte[PieceLength];
            for (MultiplexedStream.ReadResult read;
                !(read = await stream.ReadOutputAsync(piece, 0, piece.Length, cancellation).ConfigureAwait(false)).EOF;)
            {
                await write(piece.AsMemory(0, read.Count)).ConfigureAwait(false);
            }
        }
    }

    private static string? Seconds(DateTimeOffset? time) => time is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()}.{at.Ticks % TimeSpan.TicksPerSecond:0000000}00")
        : null;
}
