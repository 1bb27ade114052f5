using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Serving;

namespace FleetBridge.Options;

/// <summary>The options of a host, for <c>host</c> and <c>local</c>.</summary>
internal sealed class HostOptions
{
    /// <summary>The longest activation that GameLift allows.</summary>
    private const int LongestActivation = 600;

    private const int LongestRefresh = 86_400;

    private readonly Option<string> _httpPort =
        PortOptions.Create("--http-port", variable: null, DefaultPorts.Host, "The plain port; 0 for any free one");

    private readonly Option<string> _tlsPort = PortOptions.Create(
        "--tls-port", variable: null, DefaultPorts.HostTls, "The port with TLS, which C++ and C# game servers need; 0 for any free one");

    private readonly Option<string?> _gatewayPort = PortOptions.Gateway(
        "The port of the gateway and its page, for this machine alone; 0 for any free one, off for none", DefaultPorts.HostGateway, variable: null);

    private readonly JwtOption _jwt = new();

    private readonly Option<string?> _store = new("--store")
    {
        Description = "Keep fleets, servers and sessions in this SQLite file instead of the one in your state folder, or in PostgreSQL: "
            + "postgres://user@host/database.",
        HelpName = "file|address",
        CustomParser = result => Grammar.Named(result, "a file"),
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Refuse game servers whose auth token this host has not issued.",
    };

    private readonly Option<string?> _activation =
        Seconds("--activation-timeout", $"How long a game server may take to activate a game session, from 1 to {LongestActivation}; 300 by default.");

    private readonly Option<string?> _sessionTimeout =
        Seconds("--session-timeout", $"How long /create_session waits for an ACTIVE game session, from 1 to {LongestActivation}; 15 by default.");

    private readonly Option<string?> _refresh = Seconds(
        "--refresh-connections",
        $"Ask each connected game server to move to a new connection so often, from 1 to {LongestRefresh}, to test that it does; never by default.",
        LongestRefresh);

    private readonly Option<string?> _events = new("--event-url")
    {
        Description = "POST the events of game session placements to this address, in the form in which SNS posts them.",
        HelpName = "url",
        CustomParser = CheckUrl,
    };

    private readonly Option<string?> _endpoint = new("--sdk-endpoint")
    {
        Description = "The kind of WebSocket that RegisterCompute names to game servers: wss, or ws for Go, whose SDK verifies certificates.",
        HelpName = "wss|ws",
        CustomParser = result => Grammar.OneOf(result, "a kind of WebSocket", ["wss", "ws"]),
    };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Listen on this address (0.0.0.0 for all) instead of on this machine alone. Whoever reaches it can use the fleet.",
        HelpName = "address",
        CustomParser = CheckAddress,
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Let workers and game servers of other machines connect at this address, at the port with TLS alone. Implies --strict.",
        HelpName = "address",
        CustomParser = CheckAddress,
    };

    private readonly Option<bool> _joinAlways = new("--join-always")
    {
        Description = "Ask workers on this machine for a join token too, and those who change servers or workers for the host's own: for tunnels.",
    };

    private readonly Option<string?> _profile = Text(
        "--profile-name", "profile", "Send /create_session, /find_session and /join_session to GameLift on AWS, with this profile's credentials.");

    private readonly Option<string?> _region = Text("--region-name", "region", "The AWS region of that fleet; the profile's if not set.");
    private readonly Option<string?> _fleet = Text("--fleet-id", "id", "The fleet of these routes; fleet-local if no profile and region are named.");
    private readonly Option<string?> _alias = Text("--alias-id", "id", "The alias of that fleet, instead of --fleet-id.");
    private readonly Option<string?> _location = Text("--location", "name", "The location of their sessions, for a fleet with several.");
    private readonly Option<string?> _logFile = LogOptions.File();
    private readonly Option<string?> _logLevel = LogOptions.Level();
    private readonly Option<bool> _json = JsonOption.Create();

    public HostOptions() => _endpoint.CompletionSources.Add("wss", "ws");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _httpPort, _tlsPort, _gatewayPort, _store, _strict, _activation, _sessionTimeout, _refresh, _events, _endpoint, _address, _listen, _joinAlways,
            _profile, _region, _fleet, _alias, _location, _logFile, _logLevel, _json,
        })
        {
            command.Options.Add(option);
        }

        _jwt.AddTo(command);
    }

    /// <summary>What was chosen.</summary>
    /// <param name="logFile">The name of the log file in the state folder.</param>
    /// <exception cref="UserException">The choices contradict each other.</exception>
    public HostChoices Read(ParseResult parsed, string logFile) => new(
        PortOptions.Read(parsed, _httpPort),
        PortOptions.Read(parsed, _tlsPort),
        parsed.GetValue(_gatewayPort),
        parsed.GetValue(_json),
        new FleetHostOptions
        {
            Store = parsed.GetValue(_store),
            IsStrict = parsed.GetValue(_strict),
            ActivationTimeout = ReadSeconds(parsed.GetValue(_activation)),
            SessionTimeout = ReadSeconds(parsed.GetValue(_sessionTimeout)) ?? SessionRoutes.DefaultLimit,
            EventAddress = parsed.GetValue(_events) is { } events ? new Uri(events) : null,
            RefreshInterval = ReadSeconds(parsed.GetValue(_refresh)),
            TellsPlainEndpoint = parsed.GetValue(_endpoint) == "ws",
            Address = parsed.GetValue(_address) is { } named ? IPAddress.Parse(named) : null,
            Listen = parsed.GetValue(_listen) is { } listen ? IPAddress.Parse(listen) : null,
            IsTokenAlwaysNeeded = parsed.GetValue(_joinAlways),
            Sessions = Checked(new SessionTarget
            {
                ProfileName = parsed.GetValue(_profile),
                RegionName = parsed.GetValue(_region),
                FleetId = parsed.GetValue(_fleet),
                AliasId = parsed.GetValue(_alias),
                Location = parsed.GetValue(_location),
            }),
        },
        new BridgeLogOptions
        {
            File = parsed.GetValue(_logFile) ?? Path.Combine(StateFolder.Locate(), "logs", logFile),
            Level = LogOptions.Read(parsed, _logLevel),
            History = parsed.GetValue(_gatewayPort) is PortOptions.Off ? BridgeLog.ShortHistory : BridgeLog.LongHistory,
        },
        _jwt.Read(parsed));

    private static SessionTarget Checked(SessionTarget target) => target switch
    {
        { FleetId: not null, AliasId: not null } =>
            throw new UserException(ExitCode.Usage, "--fleet-id and --alias-id exclude each other: name one of them."),
        { IsOnAws: true, FleetId: null, AliasId: null } =>
            throw new UserException(ExitCode.Usage, "--profile-name and --region-name need the fleet: name it with --fleet-id or --alias-id."),
        { Location: not null, FleetId: null, AliasId: null } =>
            throw new UserException(ExitCode.Usage, "--location needs the fleet: name it with --fleet-id or --alias-id."),
        _ => target,
    };

    private static Option<string?> Text(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result =>
        {
            if (result.Tokens[0].Value is { Length: > 0 } text)
            {
                return text;
            }

            result.AddError($"{name} must not be empty.");
            return null;
        },
    };

    private static Option<string?> Seconds(string name, string description, int longest = LongestActivation) => new(name)
    {
        Description = description,
        HelpName = "seconds",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ReadSeconds(text) is { } time && time.TotalSeconds >= 1 && time.TotalSeconds <= longest)
            {
                return text;
            }

            result.AddError($"{name}: '{text}' is not a number of seconds from 1 to {longest}.");
            return null;
        },
    };

    private static TimeSpan? ReadSeconds(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static string? CheckUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return text;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: '{text}' is not an http:// or https:// address.");
        return null;
    }

    private static string? CheckAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out _))
        {
            return text;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: '{text}' is not an IP address.");
        return null;
    }
}

/// <summary>What was chosen for a host.</summary>
/// <param name="HttpPort">The plain port; 0 for a free one.</param>
/// <param name="TlsPort">The port with TLS; 0 for a free one.</param>
/// <param name="GatewayPort">The port of the gateway as it was written; null for the usual one.</param>
/// <param name="Json">Whether to announce the host as JSON.</param>
/// <param name="Host">What it serves.</param>
/// <param name="Log">Where its log goes.</param>
/// <param name="Jwt">Which JSON web tokens its gateway accepts; null for none.</param>
internal sealed record HostChoices(
    int HttpPort, int TlsPort, string? GatewayPort, bool Json, FleetHostOptions Host, BridgeLogOptions Log, JwtChoice? Jwt);
