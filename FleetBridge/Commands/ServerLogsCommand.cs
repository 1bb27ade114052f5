using System.CommandLine;
using System.Globalization;
using FleetBridge.Core.Processes;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge server logs</c>: what a server has printed, byte by byte.</summary>
internal static class ServerLogsCommand
{
    public static ExampleCommand Create()
    {
        var common = new FleetOptions();
        var id = common.Id("server");
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what it prints, until Ctrl-C." };
        var tail = new Option<string?>("--tail")
        {
            Description = "Only the last so many lines.",
            HelpName = "lines",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                {
                    return text;
                }

                result.AddError($"--tail: '{text}' is not a number of lines.");
                return null;
            },
        };
        var from = new Option<string?>("--from") { Description = "Only what was printed at this time or later.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Only what was printed before this time.", HelpName = "time" };
        var command = new ExampleCommand(
            "logs", "Print a server's log.", "fleetbridge server logs s-1a2b --tail 100 -f", "fleetbridge server logs s-1a2b > server.log")
        {
            id, follow, tail, from, to,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var query = new[]
            {
                ("tail", parsed.GetValue(tail)), ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)),
                ("follow", parsed.GetValue(follow) ? "true" : null),
            };
            var path = $"{ServerCommand.PathOf(parsed.GetValue(id)!)}/log?{string.Join('&', query
                .Where(one => one.Item2 is not null).Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2!)}"))}";
            await PrintAsync(host, path, parsed.GetValue(follow), cancellation).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static async Task PrintAsync(FleetClient host, string path, bool follow, CancellationToken cancellation)
    {
        using var response = await host.OpenAsync(path, cancellation).ConfigureAwait(false);
        await using var output = Console.OpenStandardOutput();
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            if (follow)
            {
                await new EventLines(output).CopyAsync(content, cancellation).ConfigureAwait(false);
            }
            else
            {
                await CopyAsync(content, output, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (follow)
        {
            // Ctrl-C is how one leaves
        }
        catch (IOException exception)
        {
            throw new UserException(ExitCode.OutputFailed, $"The log cannot be written: {exception.Message}");
        }
    }

    private static async Task CopyAsync(Stream content, Stream output, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int count;
            try
            {
                count = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                throw FleetClient.Cut(exception);
            }

            if (count == 0)
            {
                return;
            }

            await output.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }
    }
}
