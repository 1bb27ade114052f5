using System.CommandLine;
using System.CommandLine.Completions;
using FleetBridge.Backends;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

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
        var waitOptions = new WaitOptions();
        var settings = new SettingOptions();
        var choice = new TargetOptions();
        var command = new ExampleCommand(operation, description, ExamplesOf(operation)) { names, json };
        switch (operation)
        {
            case Operation.CheckName or Operation.CreateName:
                waitOptions.AddTo(command);
                break;
            case Operation.DeleteName:
                waitOptions.AddLimitTo(command);
                break;
        }

        choice.AddTo(command);
        settings.AddTo(command, session, args);
        command.SetAction((parsed, cancellation) =>
        {
            var wanted = parsed.GetValue(names) ?? [];
            var chosen = Choose(settings.Outline!, wanted, operation);
            var calls = new ResourceCalls(choice.Open(session, parsed), settings.BackendOf(parsed), settings.Read(parsed))
            {
                InParallel = chosen.Count > 1,
                Progress = parsed.GetValue(json) ? null : new ProgressBars(() => Terminal.Error),
            };
            var wait = new ResourceWait(calls, waitOptions.LimitOf(parsed), TimeProvider.System);
            return operation == Operation.DeleteName && wanted.Contains(All)
                ? TearDownAsync(calls, wait, chosen, parsed.GetValue(json), cancellation)
                : RunAsync(
                    new DeploymentRun(calls, waitOptions.IsWanted(parsed) ? wait : null),
                    operation,
                    chosen,
                    parsed.GetValue(json),
                    cancellation);
        });
        names.CompletionSources.Add(_ => settings.Outline?.Resources
            .Where(resource => resource.Has(operation))
            .Select(resource => resource.Name).Append(All).Select(name => new CompletionItem(name)) ?? []);
        return command;
    }

    private static List<ResourceOutline> Choose(BackendOutline outline, IReadOnlyList<string> names, string operation)
    {
        var able = outline.Resources.Where(resource => resource.Has(operation)).ToList();
        foreach (var name in names.Where(name => name != All))
        {
            if (!able.Exists(resource => resource.Name == name))
            {
                var what = outline.Resources.Any(resource => resource.Name == name) ? $"{name} has no {operation}" : $"There is no {name}";
                throw new UserException(
                    ExitCode.NotFound, $"{what}. {operation} knows: {string.Join(", ", able.Select(r => r.Name).Append(All))}.");
            }
        }

        return names.Contains(All) ? able : able.Where(resource => names.Contains(resource.Name)).ToList();
    }

    private static async Task<int> RunAsync(
        DeploymentRun run, string operation, IReadOnlyList<ResourceOutline> chosen, bool json, CancellationToken cancellation)
    {
        var outcomes = await run.RunAsync(operation, chosen, cancellation).ConfigureAwait(false);
        if (outcomes is [{ Code: ExitCode.Cancelled or ExitCode.Unreachable } only])
        {
            // nothing to show but the reason
            cancellation.ThrowIfCancellationRequested();
            throw new UserException(only.Code, only.Response.Error!);
        }

        await DeploymentTable.PrintAsync(outcomes, json).ConfigureAwait(false);
        return Code(outcomes, cancellation);
    }

    private static async Task<int> TearDownAsync(
        ResourceCalls calls, ResourceWait wait, IReadOnlyList<ResourceOutline> chosen, bool json, CancellationToken cancellation)
    {
        var config = await calls.SendConfigAsync(cancellation).ConfigureAwait(false);
        if (config.ExitCode != ExitCode.Success)
        {
            await Responses.PrintAsync(config, json).ConfigureAwait(false);
            return (int)config.ExitCode;
        }

        var teardown = new Teardown(calls, wait, message => Terminal.WriteError(Terminal.Plain(message)));
        teardown.Announce(chosen, config);
        var reports = await teardown.RunAsync(chosen, cancellation).ConfigureAwait(false);
        await DeletionTable.PrintAsync(reports, json).ConfigureAwait(false);
        return Code([.. reports.Select(report => report.Outcome)], cancellation);
    }

    /// <summary>The first failure's code; what was skipped comes after that because of which it was.</summary>
    private static int Code(IReadOnlyList<ResourceOutcome> outcomes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return (int)outcomes.Select(outcome => outcome.Code).FirstOrDefault(code => code != ExitCode.Success);
    }

    private static string[] ExamplesOf(string operation)
    {
        string[] examples =
        [
            $"fleetbridge {operation} fleet --prefix nightly --profile-name studio",
            $"fleetbridge {operation} {All} --project MyGame.uproject",
        ];
        return operation switch
        {
            Operation.CheckName => [.. examples, $"fleetbridge {operation} fleet --prefix nightly --wait --wait-limit 40"],
            Operation.CreateName => [.. examples, $"fleetbridge {operation} {All} --prefix nightly --wait"],
            Operation.DeleteName => [.. examples, $"fleetbridge {operation} {All} --prefix nightly --wait-limit 90 --json"],
            _ => examples,
        };
    }
}
