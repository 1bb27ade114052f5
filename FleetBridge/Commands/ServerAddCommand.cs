using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge server add</c>: a new server on a worker.</summary>
internal static class ServerAddCommand
{
    private static readonly Option<string> Game = new("--game")
    {
        Description = "What is installed: steamcmd:<app id>, docker:<image> or folder:<absolute path>.",
        HelpName = "game",
        Required = true,
    };

    private static readonly Option<string?> Executable = Text("--executable", "path", "The program, relative to the game's folder.");

    private static readonly Option<string[]> Arguments = Many("--arg", "text", "An argument of the program; write --arg=-x for one that begins with a dash.");

    private static readonly Option<string[]> Variables = Many("--env", "name=value", "An environment variable of the program.", CheckPair);

    private static readonly Option<string[]> Ports = Many(
        "--port", "name=number", "A port of the server; 0 lets the worker choose a free one.", CheckPort);

    private static readonly Option<string[]> Data = Many("--data", "folder", "A folder, relative to the game's, that lives across updates.");
    private static readonly Option<string?> StopCommand = Text("--stop-command", "text", "The line on standard input that stops it, such as quit.");
    private static readonly Option<string?> StopSignal = Text("--stop-signal", "name", "The signal that stops it; SIGTERM by default.");
    private static readonly Option<double?> StopTimeout = Number("--stop-timeout", "seconds", "How long each step of a stop may take; 30 by default.");

    private static readonly Option<string?> Health = Word(
        "--health", "type", "How its health is found out.", ["heartbeat", "process", "tcp", "udp", "http", "log"]);

    private static readonly Option<double?> HealthPort = Number("--health-port", "number", "The port of a tcp, udp or http health.");
    private static readonly Option<string?> HealthPath = Text("--health-path", "path", "The path of an http health.");
    private static readonly Option<string?> HealthPattern = Text("--health-pattern", "regex", "The pattern of a log health.");
    private static readonly Option<string?> Restart = Word("--restart", "policy", "When it is started again.", ["always", "on_crash", "never"]);

    private static readonly Option<string?> File = Text(
        "--configuration", "file", "Take the configuration from this JSON file; the other options win over it.");

    public static ExampleCommand Create()
    {
        var common = new FleetOptions();
        var worker = common.Worker("The worker; the one with the fewest servers if not set.");
        var command = new ExampleCommand(
            "add",
            "Add a server. A worker installs its game; then it is stopped until 'server start'.",
            "fleetbridge server add --game folder:/srv/mygame --executable MyGameServer.sh --arg=-log --port game=7777",
            "fleetbridge server add --game steamcmd:740 --executable srcds_run --stop-command quit",
            "fleetbridge server add --game docker:registry.example/game:1.2 --port game=7777")
        {
            Game, Executable, Arguments, Variables, Ports, Data, StopCommand, StopSignal, StopTimeout, Health, HealthPort, HealthPath,
            HealthPattern, Restart, File, worker,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var body = new JsonObject { ["game_id"] = parsed.GetValue(Game), ["configuration"] = Read(parsed) };
            if (parsed.GetValue(worker) is { } id)
            {
                body["worker_id"] = id;
            }

            var server = await host.CallAsync(HttpMethod.Post, "server", body, cancellation).ConfigureAwait(false);
            if (common.IsJson(parsed))
            {
                await Responses.PrintJsonAsync(server!).ConfigureAwait(false);
            }
            else
            {
                Terminal.WriteLine(Terminal.Out, FleetTables.Line(server));
            }

            return 0;
        }));
        return command;
    }

    private static JsonObject Read(ParseResult parsed)
    {
        var configuration = parsed.GetValue(File) is { } file ? ReadFile(file) : [];
        Set(configuration, "executable", parsed.GetValue(Executable));
        Set(configuration, "arguments", parsed.GetValue(Arguments));
        Set(configuration, "data", parsed.GetValue(Data));
        SetPairs(configuration, "environment", parsed.GetValue(Variables), value => value);
        SetPairs(configuration, "ports", parsed.GetValue(Ports), value => int.Parse(value, CultureInfo.InvariantCulture));
        SetMembers(
            configuration, "stop", ("command", parsed.GetValue(StopCommand)), ("signal", parsed.GetValue(StopSignal)),
            ("timeout_seconds", parsed.GetValue(StopTimeout)));
        SetMembers(
            configuration, "health", ("type", parsed.GetValue(Health)), ("port", (int?)parsed.GetValue(HealthPort)),
            ("path", parsed.GetValue(HealthPath)), ("pattern", parsed.GetValue(HealthPattern)));
        SetMembers(configuration, "restart", ("policy", parsed.GetValue(Restart)));
        return configuration;
    }

    private static JsonObject ReadFile(string file)
    {
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllBytes(file)) as JsonObject
                ?? throw new Core.Processes.UserException(Core.Processes.ExitCode.Usage, $"{file} is no JSON object.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Core.Processes.UserException(Core.Processes.ExitCode.Usage, $"The configuration cannot be read: {exception.Message}");
        }
    }

    private static void Set(JsonObject target, string name, string? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static void Set(JsonObject target, string name, string[]? values)
    {
        if (values is { Length: > 0 })
        {
            target[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }
    }

    private static void SetPairs(JsonObject target, string name, string[]? pairs, Func<string, JsonNode> value)
    {
        foreach (var pair in pairs ?? [])
        {
            if (target[name] is not JsonObject members)
            {
                target[name] = members = [];
            }

            var split = pair.IndexOf('=', StringComparison.Ordinal);
            members[pair[..split]] = value(pair[(split + 1)..]);
        }
    }

    private static void SetMembers(JsonObject target, string name, params (string Name, object? Value)[] members)
    {
        foreach (var (member, value) in members.Where(member => member.Value is not null))
        {
            if (target[name] is not JsonObject section)
            {
                target[name] = section = [];
            }

            section[member] = value switch
            {
                double number => number,
                int number => number,
                _ => (JsonNode)(string)value!,
            };
        }
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<string?> Word(string name, string value, string description, string[] words)
    {
        var option = new Option<string?>(name)
        {
            Description = $"{description} One of {string.Join(", ", words)}.",
            HelpName = value,
            CustomParser = result => Grammar.OneOf(result, $"a value of {name}", words),
        };
        option.CompletionSources.Add(words);
        return option;
    }

    private static Option<double?> Number(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            result.AddError($"{name}: '{text}' is not a number.");
            return null;
        },
    };

    private static Option<string[]> Many(string name, string value, string description, Action<OptionResult>? check = null)
    {
        var option = new Option<string[]>(name)
        {
            Description = $"{description} May be given several times.",
            HelpName = value,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        if (check is not null)
        {
            option.Validators.Add(check);
        }

        return option;
    }

    private static void CheckPair(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"{result.Option.Name}: '{token.Value}' is not name=value.");
        }
    }

    private static void CheckPort(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            var split = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !ushort.TryParse(token.Value.AsSpan(split + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--port: '{token.Value}' is not name=number with a port from 0 to 65535, such as game=7777.");
            }
        }
    }
}
