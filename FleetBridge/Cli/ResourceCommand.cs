using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Backends;
using Spectre.Console;

namespace FleetBridge.Cli;

/// <summary><c>fleetbridge check|create|delete|browse</c>: one operation on some resources, or on all of them.</summary>
internal static class ResourceCommand
{
    private const string All = "all";

    public static Command Create(CliSession session, string[] args, string operation, string description)
    {
        var names = new Argument<string[]>("resource")
        {
            Description = $"The resources, such as fleet or user_pool, or '{All}'.",
            Arity = ArgumentArity.OneOrMore,
        };
        names.Validators.Add(result =>
        {
            foreach (var option in result.Tokens.Where(token => token.Value.StartsWith('-')))
            {
                // the parser takes whatever it does not know for one more resource
                result.AddError($"Unrecognized option '{option.Value}'.");
            }
        });
        var json = SharedOptions.Json();
        var settings = new SettingOptions();
        var choice = new BridgeChoice();
        var command = new ExampleCommand(
            operation,
            description,
            $"fleetbridge {operation} fleet --prefix nightly --profile-name studio",
            $"fleetbridge {operation} {All} --project MyGame.uproject")
        {
            names, json,
        };
        choice.AddTo(command);
        settings.AddTo(command, session, args);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (backend, version) = settings.BackendOf(parsed);
            var bridge = choice.Open(session, parsed);
            var resources = Choose(settings.Outline!, parsed.GetValue(names) ?? [], operation);
            var parameters = settings.Read(parsed);
            var replies = new List<(ResourceOutline Resource, BridgeReply Reply)>();
            foreach (var resource in resources)
            {
                var reply = await bridge.SendAsync(
                    new BackendRequest
                    {
                        Backend = backend,
                        Version = version,
                        Segments = [.. resource.Path.Split('/'), operation],
                        Parameters = parameters,
                    },
                    cancellation).ConfigureAwait(false);
                replies.Add((resource, reply));

                // What comes next depends on what has just failed to come about.
                if (operation == Operation.CreateName && reply.ExitCode != ExitCode.Success)
                {
                    break;
                }
            }

            await PrintAsync(replies, resources, parsed.GetValue(json)).ConfigureAwait(false);
            return (int)replies.Select(reply => reply.Reply.ExitCode).FirstOrDefault(code => code != ExitCode.Success);
        });
        names.CompletionSources.Add(_ => settings.Outline?.Resources
            .Where(resource => resource.Operations.Contains(operation))
            .Select(resource => resource.Name).Append(All).Select(name => new CompletionItem(name)) ?? []);
        return command;
    }

    private static List<ResourceOutline> Choose(BackendOutline outline, IReadOnlyList<string> names, string operation)
    {
        var able = outline.Resources.Where(resource => resource.Operations.Contains(operation)).ToList();
        foreach (var name in names.Where(name => name != All))
        {
            if (!able.Exists(resource => resource.Name == name))
            {
                var what = outline.Resources.Any(resource => resource.Name == name) ? $"{name} has no {operation}" : $"There is no {name}";
                throw new CliException(
                    ExitCode.NotFound, $"{what}. {operation} knows: {string.Join(", ", able.Select(r => r.Name).Append(All))}.");
            }
        }

        var chosen = names.Contains(All) ? able : able.Where(resource => names.Contains(resource.Name)).ToList();
        if (operation == Operation.DeleteName)
        {
            chosen.Reverse();
        }

        return chosen;
    }

    private static async Task PrintAsync(
        List<(ResourceOutline Resource, BridgeReply Reply)> replies, List<ResourceOutline> chosen, bool json)
    {
        if (json)
        {
            await Replies.PrintJsonAsync(new JsonObject(replies.Select(reply =>
                KeyValuePair.Create(reply.Resource.Name, (JsonNode?)reply.Reply.Json.DeepClone())))).ConfigureAwait(false);
            return;
        }

        if (chosen.Count == 1)
        {
            await Replies.PrintAsync(replies[0].Reply, json: false).ConfigureAwait(false);
            return;
        }

        var table = new Table().AddColumns("Resource", "Result", "");
        foreach (var resource in chosen)
        {
            var reply = replies.FirstOrDefault(reply => reply.Resource == resource).Reply;
            var (result, colour) = reply is null ? ("not tried", "grey") : (reply.Result, reply.Result == "True" ? "green" : "red");
            table.AddRow(resource.Name, $"[{colour}]{result.EscapeMarkup()}[/]", (reply?.Error ?? "").EscapeMarkup());
        }

        Terminal.Out.Write(table);
    }
}
