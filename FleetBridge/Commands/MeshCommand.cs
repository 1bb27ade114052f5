using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Options;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge mesh</c>: the services of a broker, from a terminal.</summary>
internal static class MeshCommand
{
    private const string Broker = "--mesh amqps://ann@broker.example/studio";

    public static Command Create() => new ExampleCommand(
        "mesh",
        "See, call and listen to the services of a RabbitMQ broker.",
        $"fleetbridge mesh services {Broker}",
        $"fleetbridge mesh call fleetbridge.build-7 backends {Broker} --mesh-key studio.key",
        $"fleetbridge mesh listen fleetbridge.deployments {Broker}")
    {
        Services(), Call(), Listen(),
    };

    private static ExampleCommand Services()
    {
        var access = new MeshAccess();
        var describe = new Option<bool>("--describe") { Description = "Ask each service for its methods." };
        var json = JsonOption.Create();
        var command = new ExampleCommand(
            "services",
            "List the services: FleetBridge's announce themselves, others are named with --mesh-service.",
            $"fleetbridge mesh services {Broker}",
            $"fleetbridge mesh services {Broker} --mesh-service orders --describe")
        {
            describe, json,
        };
        access.AddTo(command);
        command.SetAction((parsed, cancellation) => access.RunAsync(
            parsed,
            async mesh =>
            {
                var listed = await MeshListing.ListAsync(mesh, parsed.GetValue(describe), cancellation).ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    await Responses.PrintJsonAsync(new JsonObject { ["services"] = listed }).ConfigureAwait(false);
                    return ExitCode.Success;
                }

                PrintServices(listed);
                return ExitCode.Success;
            },
            cancellation));
        return command;
    }

    private static ExampleCommand Call()
    {
        var access = new MeshAccess();
        var service = new Argument<string>("service") { Description = "The service, such as fleetbridge.build-7, fleet.build-7 or orders." };
        var method = new Argument<string>("method") { Description = "Its method; nuropb_describe lists them." };
        var parameters = new Argument<string[]>("parameters")
        {
            Description = "The parameters as name=value; a value that is JSON is sent as that, and any other as text.",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = CheckParameters,
        };
        var timeout = LifetimeOption.Create("--timeout", "How long the call may take: 10s, 5m; 30s by default.");
        var command = new ExampleCommand(
            "call",
            "Call a method of a service, and print its result as JSON.",
            $"fleetbridge mesh call orders nuropb_describe {Broker}",
            $"fleetbridge mesh call fleetbridge.build-7 aws/1/deployment/fleet/check profile_name=build {Broker} --mesh-key studio.key")
        {
            service, method, parameters, timeout,
        };
        access.AddTo(command);
        command.SetAction((parsed, cancellation) => access.RunAsync(
            parsed,
            async mesh =>
            {
                var result = await mesh.CallAsync(
                    MeshAccess.CallOf(
                        parsed.GetRequiredValue(service),
                        parsed.GetRequiredValue(method),
                        ParametersOf(parsed.GetValue(parameters) ?? []),
                        parsed.GetValue(timeout) ?? MeshAccess.Patience),
                    cancellation).WaitAsync(cancellation).ConfigureAwait(false);
                await BackendConsole.StandardOutput.WriteLineAsync(Encoding.UTF8.GetString(result.Span)).ConfigureAwait(false);
                return ExitCode.Success;
            },
            cancellation));
        return command;
    }

    private static ExampleCommand Listen()
    {
        var access = new MeshAccess();
        var topics = new Argument<string[]>("topics")
        {
            Description = "Topics or patterns: a * is one word, a # any number of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new ExampleCommand(
            "listen",
            "Print the events of topics as JSON, one a line, until Ctrl-C.",
            $"fleetbridge mesh listen fleetbridge.deployments {Broker}",
            $"fleetbridge mesh listen 'orders.#' {Broker}")
        {
            topics,
        };
        access.AddTo(command);
        command.SetAction((parsed, cancellation) => access.RunAsync(
            parsed,
            async mesh =>
            {
                await ListenAsync(mesh, parsed.GetRequiredValue(topics), cancellation).ConfigureAwait(false);
                return ExitCode.Success;
            },
            cancellation));
        return command;
    }

    private static async Task ListenAsync(RabbitMqMesh mesh, IReadOnlyList<string> topics, CancellationToken cancellation)
    {
        var dropped = 0;
        var lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(EventPublisher.MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref dropped));
        var listening = topics.Select(topic => mesh.Subscribe(topic, happened => lines.Writer.TryWrite(
            $"{{\"topic\":{JsonValue.Create(happened.Topic).ToJsonString()},\"event\":{Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(happened.Event))}}}"))).ToList();
        using var wishes = TimeProvider.System.CreateTimer(
            _ =>
            {
                foreach (var topic in MeshTopics.All.Where(name => MeshTopics.IsOnDemand(name) && topics.Any(pattern => TopicPattern.Matches(pattern, name))))
                {
                    mesh.Publish(MeshTopics.Want, Encoding.UTF8.GetBytes(new JsonObject { ["topic"] = topic }.ToJsonString()));
                }
            },
            null, TimeSpan.Zero, MeshTopics.WantInterval);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                await BackendConsole.StandardOutput.WriteLineAsync(line).ConfigureAwait(false);
                if (Interlocked.Exchange(ref dropped, 0) is > 0 and var count)
                {
                    Terminal.WriteError($"{count} events were dropped: they come faster than they can be printed.");
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how it ends
        }
        finally
        {
            listening.ForEach(one => one.Dispose());
        }
    }

    private static void PrintServices(JsonArray listed)
    {
        var table = new Table().AddColumns("Service", "Machine", "Version", "Instances", "Waiting", "Methods");
        foreach (var one in listed.OfType<JsonObject>())
        {
            var consumers = one["consumers"]?.ToString();
            table.AddRow(
                Terminal.Cell(one["service"]!.ToString()),
                Terminal.Cell(one["machine"]?.ToString()),
                Terminal.Cell(one["version"]?.ToString()),
                Terminal.Cell(consumers is "0" ? "none: its calls wait until they expire" : consumers ?? "?"),
                Terminal.Cell(one["waiting"]?.ToString() ?? "?"),
                Terminal.Cell(one["problem"]?.ToString() ?? string.Join(", ", (one["methods"] as JsonObject)?.Select(method => method.Key) ?? [])));
        }

        Terminal.Out.Write(table);
    }

    private static string[] CheckParameters(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
        {
            result.AddError($"'{VisibleText.Of(token.Value)}' is not a parameter, such as name=value.");
        }

        return [.. result.Tokens.Select(token => token.Value)];
    }

    private static JsonElement ParametersOf(IReadOnlyList<string> written)
    {
        var json = new JsonObject();
        foreach (var one in written)
        {
            var equals = one.IndexOf('=', StringComparison.Ordinal);
            json[one[..equals]] = ValueOf(one[(equals + 1)..]);
        }

        return JsonElement.Parse(json.ToJsonString());
    }

    private static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
