using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge session</c>: what an online subsystem does with a host, from a terminal.</summary>
internal static class SessionCommand
{
    private const string DefaultPlayers = "8";

    public static Command Create()
    {
        var command = new Command("session", "Create, find, join, list and terminate the game sessions of a host.");
        command.Subcommands.Add(CreateSession());
        command.Subcommands.Add(FindSessions());
        command.Subcommands.Add(JoinSession());
        command.Subcommands.Add(ListSessions());
        command.Subcommands.Add(TerminateSession());
        return command;
    }

    private static ExampleCommand CreateSession()
    {
        var common = new CommonOptions();
        var name = new Option<string>("--name") { Description = "The session's name.", HelpName = "name", DefaultValueFactory = _ => "session" };
        var players = new Option<string>("--max-players")
        {
            Description = "How many players it takes.",
            HelpName = "number",
            DefaultValueFactory = _ => DefaultPlayers,
            CustomParser = ReadNumber,
        };
        var reuse = new Option<bool>("--reuse") { Description = "Take an ACTIVE session without players, if there is one." };
        var key = new Option<string?>("--idempotency-key")
        {
            Description = "Recognize a second try by this key, rather than by name and player.",
            HelpName = "key",
        };
        var command = new ExampleCommand(
            "create",
            "Start a game session, wait until it is ACTIVE, and get a player session in it.",
            "fleetbridge session create --name arena --max-players 8 --player-id me",
            "fleetbridge session create --open \"MyGame.exe {connect} -game\"")
        {
            name, players, common.Player, reuse, key, common.Open,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var body = new JsonObject
            {
                ["session_name"] = parsed.GetValue(name),
                ["uuid"] = parsed.GetValue(common.Player),
                ["num_connections"] = int.Parse(parsed.GetValue(players)!, CultureInfo.InvariantCulture),
                ["reuse"] = parsed.GetValue(reuse),
            };
            var place = await host.CallRouteAsync(common.Route(parsed, "create_session"), body, parsed.GetValue(key), cancellation).ConfigureAwait(false);
            await common.ShowAsync(parsed, place, cancellation).ConfigureAwait(false);
        }));
        return command;
    }

    private static ExampleCommand FindSessions()
    {
        var common = new CommonOptions();
        var command = new ExampleCommand(
            "find", "List the game sessions that a player can join, oldest first.", "fleetbridge session find");
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
            await PrintAsync(
                await host.CallRouteAsync(common.Route(parsed, "find_session"), null, null, cancellation).ConfigureAwait(false),
                common.IsJson(parsed)).ConfigureAwait(false)));
        return command;
    }

    private static ExampleCommand JoinSession()
    {
        var common = new CommonOptions();
        var session = CommonOptions.Session("The game session to join, as find and list show it.");
        var command = new ExampleCommand(
            "join",
            "Get a player session in a game session.",
            "fleetbridge session join --session arn:aws:gamelift:… --player-id me",
            "fleetbridge session join --session arn:aws:gamelift:… --open \"MyGame.exe {connect}\"")
        {
            session, common.Player, common.Open,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var body = new JsonObject { ["GameSessionId"] = parsed.GetValue(session), ["uuid"] = parsed.GetValue(common.Player) };
            var place = await host.CallRouteAsync(common.Route(parsed, "join_session"), body, null, cancellation).ConfigureAwait(false);
            await common.ShowAsync(parsed, place, cancellation).ConfigureAwait(false);
        }));
        return command;
    }

    private static ExampleCommand ListSessions()
    {
        var common = new CommonOptions();
        var fleet = new Option<string>("--fleet-id")
        {
            Description = "The fleet.",
            HelpName = "id",
            DefaultValueFactory = _ => FleetHost.DefaultFleet,
        };
        var command = new ExampleCommand(
            "list", "List all game sessions of a host's fleet, also those that have ended.", "fleetbridge session list --json")
        {
            fleet,
        };
        common.AddTo(command, withLocal: false);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var sessions = new JsonArray();
            string? next = null;
            do
            {
                var page = await host.CallApiAsync(
                    "DescribeGameSessions",
                    new JsonObject { ["FleetId"] = parsed.GetValue(fleet), ["NextToken"] = next },
                    cancellation).ConfigureAwait(false);
                foreach (var session in WireJson.Items(page, "GameSessions") ?? [])
                {
                    sessions.Add(session!.DeepClone());
                }

                next = WireJson.Text(page, "NextToken");
            }
            while (next is not null);
            await PrintAsync(sessions, common.IsJson(parsed)).ConfigureAwait(false);
        }));
        return command;
    }

    private static ExampleCommand TerminateSession()
    {
        var common = new CommonOptions();
        var session = CommonOptions.Session("The game session to end.");
        var force = new Option<bool>("--force") { Description = "End it without asking its server (FORCE_TERMINATE)." };
        var command = new ExampleCommand(
            "terminate", "End a game session.", "fleetbridge session terminate --session arn:aws:gamelift:…")
        {
            session, force,
        };
        common.AddTo(command, withLocal: false);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var ended = await host.CallApiAsync(
                "TerminateGameSession",
                new JsonObject
                {
                    ["GameSessionId"] = parsed.GetValue(session),
                    ["TerminationMode"] = parsed.GetValue(force) ? "FORCE_TERMINATE" : "TRIGGER_ON_PROCESS_TERMINATE",
                },
                cancellation).ConfigureAwait(false);
            await PrintAsync(ended["GameSession"]!, common.IsJson(parsed)).ConfigureAwait(false);
        }));
        return command;
    }

    private static async Task PrintAsync(JsonNode sessions, bool json)
    {
        if (json)
        {
            await Responses.PrintJsonAsync(sessions).ConfigureAwait(false);
            return;
        }

        var all = sessions as JsonArray ?? [sessions.DeepClone()];
        if (all.Count == 0)
        {
            Terminal.WriteLine(Terminal.Out, "There are none.");
        }

        foreach (var session in all)
        {
            Terminal.WriteLine(Terminal.Out, VisibleText.Of(
                $"{WireJson.Text(session, "Status"),-11} {WireJson.Number(session, "CurrentPlayerSessionCount"),3}/"
                + $"{WireJson.Number(session, "MaximumPlayerSessionCount"),-3} {WireJson.Text(session, "IpAddress")}:{WireJson.Text(session, "Port")}  "
                + $"{WireJson.Text(session, "Name")}  {WireJson.Text(session, "GameSessionId")}"));
        }
    }

    private static string ReadNumber(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            result.AddError($"--max-players: '{text}' is not a number of players.");
        }

        return text;
    }

    /// <summary>The options that several of the commands have.</summary>
    private sealed class CommonOptions
    {
        private readonly Option<Uri?> _url = new("--url")
        {
            Description = $"The address of the host, or of a gateway, of this machine or another one. [default: {HostTarget.Usual}]",
            HelpName = "address",
            CustomParser = result => HttpAddress.Read(result, "a host or a gateway", HostTarget.Usual),
        };

        private readonly Option<bool> _local = new("--local")
        {
            Description = "Use the host's own fleet, also where its routes lead to GameLift on AWS.",
        };

        private readonly Option<string?> _tokenFile = TokenOptions.File("The file with a token, where --url is a gateway's of another machine.");
        private readonly Option<string?> _fingerprint = FingerprintOption.Create();
        private readonly Option<bool> _json = JsonOption.Create();

        /// <summary>Who plays.</summary>
        public Option<string> Player { get; } = new("--player-id")
        {
            Description = "The player.",
            HelpName = "id",
            DefaultValueFactory = _ => Environment.UserName is { Length: > 0 } user ? user : "player",
        };

        /// <summary>What to run with the player session.</summary>
        public Option<OpenTemplate?> Open { get; } = new("--open")
        {
            Description = "Run this command with the player session: {connect} is address:port?PlayerSessionId=…, and there are {ip}, {port}, "
                + "{player_session_id}, {game_session_id}, {player_id}.",
            HelpName = "command",
            CustomParser = ReadTemplate,
        };

        /// <summary>A game session's id.</summary>
        public static Option<string> Session(string description) => new("--session") { Description = description, HelpName = "id", Required = true };

        public void AddTo(Command command, bool withLocal = true)
        {
            command.Options.Add(_url);
            command.Options.Add(_tokenFile);
            command.Options.Add(_fingerprint);
            if (withLocal)
            {
                command.Options.Add(_local);
            }

            command.Options.Add(_json);
        }

        public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

        public string Route(ParseResult parsed, string route) => parsed.GetValue(_local) ? $"{route}_local" : route;

        public async Task<int> RunAsync(ParseResult parsed, Func<HostClient, Task> run)
        {
            using var host = new HostClient(HostTarget.Of(parsed, _url, _tokenFile, _fingerprint));
            await run(host).ConfigureAwait(false);
            return 0;
        }

        /// <summary>Shows a player session, and runs what was asked for with it.</summary>
        public async Task ShowAsync(ParseResult parsed, JsonNode place, CancellationToken cancellation)
        {
            if (IsJson(parsed))
            {
                await Responses.PrintJsonAsync(place).ConfigureAwait(false);
            }
            else
            {
                foreach (var line in new[]
                {
                    $"connect string  {OpenTemplate.ConnectString(place)}",
                    $"player session  {WireJson.Text(place, "PlayerSessionId")} ({WireJson.Text(place, "Status")})",
                    $"game session    {WireJson.Text(place, "GameSessionId")}",
                })
                {
                    Terminal.WriteLine(Terminal.Out, VisibleText.Of(line));
                }
            }

            if (parsed.GetValue(Open) is { } template)
            {
                await template.RunAsync(place, cancellation).ConfigureAwait(false);
            }
        }

        private static OpenTemplate? ReadTemplate(ArgumentResult result)
        {
            try
            {
                return new OpenTemplate(result.Tokens[0].Value);
            }
            catch (FormatException exception)
            {
                result.AddError($"--open: {exception.Message}.");
                return null;
            }
        }
    }
}
