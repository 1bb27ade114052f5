using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Rights;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge logs</c>: follow the log of a running bridge, as the editor does.</summary>
internal static class LogsCommand
{
    private const int MostSeconds = 86_400;

    public static Command Create()
    {
        var json = JsonOption.Create();
        var port = PortOptions.WebSocket("The port of the log", lowest: 1);
        var wait = new Option<double>("--wait")
        {
            Description = "How many seconds to try to connect, at the start and after the connection was lost.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 60,
            CustomParser = ParseSeconds,
        };
        var tokenFile = TokenOptions.File();
        var url = new Option<Uri?>("--url")
        {
            Description = "The address of the bridge or gateway, such as https://builds:8770, instead of this machine's.",
            CustomParser = result => HttpAddress.Read(result, "a bridge or gateway", "https://builds:8770"),
        };
        var since = LifetimeOption.Create("--since", "Begin with the records of the last 90s, 10m, 12h or 30d, as far as they are kept.");
        var level = new Option<string?>("--level")
        {
            Description = "The lowest level to show; info by default.",
            HelpName = "debug|info|warning|error",
            CustomParser = result => Grammar.OneOf(result, "a level", ["debug", "info", "warning", "error"]),
        };
        var grep = new Option<string?>("--grep")
        {
            Description = "Show records only whose message or name matches this regular expression.",
            HelpName = "regex",
            CustomParser = ParsePattern,
        };
        var fingerprint = FingerprintOption.Create();
        var command = new ExampleCommand(
            "logs",
            "Follow the log of a running bridge until Ctrl-C: through its gateway, beside the editor and any number of others. A bridge "
            + "without a gateway has one client at a time: while the editor is connected, this command waits.",
            "fleetbridge logs",
            "fleetbridge logs --since 10m --level warning",
            "fleetbridge logs --url https://builds:8770 --token-file builds.token --grep fleet")
        {
            port, url, since, level, grep, wait, tokenFile, fingerprint, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var named = parsed.GetValue(url);
            var pinned = parsed.GetValue(fingerprint);
            var filter = new LogFilter(parsed.GetValue(since), LevelOf(parsed.GetValue(level)), PatternOf(parsed.GetValue(grep)));
            var isPlain = named is null && filter is { Since: null, Pattern: null } && parsed.GetValue(level) is null;
            var bridge = named ?? new Uri($"http://localhost:{PortOptions.Read(parsed, port)}");
            if (await GatewayFinder.FindAsync(bridge, cancellation, acceptsAnyCertificate: pinned is not null).ConfigureAwait(false) is { } gateway)
            {
                using var access = new GatewayAccess(gateway, parsed.GetValue(tokenFile), pinned, Role.Viewer);
                try
                {
                    return (int)await new GatewayLogFollower(access, filter, parsed.GetValue(json), TimeProvider.System)
                        .RunAsync(cancellation).ConfigureAwait(false);
                }
                catch (UserException) when (isPlain)
                {
                    // a bridge of another user or another state folder, or a token of the bridge: its log's own port may still let it in
                }
            }

            if (!isPlain)
            {
                throw new UserException(
                    ExitCode.Unreachable, $"There is no gateway at {bridge}, which --url, --since, --level and --grep need. Start one with 'fleetbridge serve'.");
            }

            var connection = new LogConnection(
                new Uri($"ws://localhost:{PortOptions.Read(parsed, port)}/"),
                TokenOptions.Read(parsed.GetValue(tokenFile)),
                TimeSpan.FromSeconds(parsed.GetValue(wait)),
                TimeProvider.System);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            OutputReader.CancelWhenGone(ending);
            return (int)await new LogFollower(connection, parsed.GetValue(json), TimeProvider.System)
                .RunAsync(ending.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static string LevelOf(string? level) => (level ?? "info").ToUpperInvariant();

    private static Regex? PatternOf(string? pattern) => pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static string? ParsePattern(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        try
        {
            _ = PatternOf(text);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            result.AddError($"'{text}' is not a regular expression that can be used: {exception.Message}");
        }

        return text;
    }

    private static double ParseSeconds(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds)
        {
            return seconds;
        }

        result.AddError($"'{text}' is not a number of seconds from 0 to {MostSeconds}.");
        return 0;
    }
}
