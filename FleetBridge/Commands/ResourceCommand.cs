using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
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
    public static Command Create(CliSession session, string[] args, string operation, string description)
    {
        var names = new Argument<string[]>("resource")
        {
            Description = $"The resources, such as fleet or user_pool, or '{ResourceChoice.All}'.",
            Arity = ArgumentArity.OneOrMore,
        };
        names.Validators.Add(result =>
        {
            foreach (var option in result.Tokens.Where(token => token.Value.StartsWith('-')))
            {
                // the parser takes an option that it does not know for one more resource
                result.AddError($"Unrecognized option '{option.Value}'.{UsageErrors.Suggestion(((CommandResult)result.Parent!).Command, option.Value)}");
            }
        });
        var json = JsonOption.Create();
        var verbose = new Option<bool>("--verbose", "-v")
        {
            Description = "On a terminal, show the whole log above the table of the resources, and not only its last lines below it.",
        };
        var waitOptions = new WaitOptions();
        var settings = new SettingOptions();
        var target = new TargetOptions();
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

        if (operation is Operation.CreateName or Operation.DeleteName)
        {
            command.Options.Add(verbose);
        }

        target.AddTo(command);
        settings.AddTo(command, session, args);
        command.SetAction(async (parsed, cancellation) =>
        {
            var named = parsed.GetValue(names) ?? [];
            var chosen = ResourceChoice.Of(settings.Outline!, named, operation);
            await using var live = LiveRun.Begin(
                session,
                operation,
                operation == Operation.DeleteName ? chosen.Reverse() : chosen,
                parsed.GetValue(json),
                command.Options.Contains(verbose) && parsed.GetValue(verbose));
            var calls = new ResourceCalls(target.Open(session, parsed), settings.BackendOf(parsed), settings.Read(parsed))
            {
                InParallel = chosen.Count > 1,
                Display = live.Display,
                Progress = parsed.GetValue(json) ? null : new ProgressBars(() => Terminal.Error),
            };
            session.ShowFailuresInResult(parsed.GetValue(json));
            var wait = new ResourceWait(calls, waitOptions.LimitOf(parsed), TimeProvider.System);
            return operation == Operation.DeleteName && named.Contains(ResourceChoice.All)
                ? await TearDownAsync(calls, wait, live, chosen, parsed.GetValue(json), cancellation).ConfigureAwait(false)
                : await RunAsync(
                    new DeploymentRun(calls, waitOptions.IsWanted(parsed) ? wait : null),
                    live,
                    operation,
                    chosen,
                    parsed.GetValue(json),
                    cancellation).ConfigureAwait(false);
        });
        names.CompletionSources.Add(_ => ResourceChoice.Names(settings.Outline, operation).Select(name => new CompletionItem(name)));
        return command;
    }

    private static async Task<int> RunAsync(
        DeploymentRun run,
        LiveRun live,
        string operation,
        IReadOnlyList<ResourceOutline> chosen,
        bool json,
        CancellationToken cancellation)
    {
        var outcomes = await run.RunAsync(operation, chosen, cancellation).ConfigureAwait(false);
        await live.DisposeAsync().ConfigureAwait(false);
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
        ResourceCalls calls,
        ResourceWait wait,
        LiveRun live,
        IReadOnlyList<ResourceOutline> chosen,
        bool json,
        CancellationToken cancellation)
    {
        var config = await calls.SendConfigAsync(cancellation).ConfigureAwait(false);
        if (config.ExitCode != ExitCode.Success)
        {
            await live.DisposeAsync().ConfigureAwait(false);
            await Responses.PrintAsync(config, json).ConfigureAwait(false);
            return (int)config.ExitCode;
        }

        var teardown = new Teardown(calls, wait, Terminal.WriteError);
        teardown.Announce(chosen, config);
        var reports = await teardown.RunAsync(chosen, cancellation).ConfigureAwait(false);
        await live.DisposeAsync().ConfigureAwait(false);
        await DeletionTable.PrintAsync(reports, json).ConfigureAwait(false);
        return Code([.. reports.Select(report => report.Outcome)], cancellation);
    }

    /// <summary>The first failure's code. A resource that was skipped comes after the one whose failure was the reason.</summary>
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
            $"fleetbridge {operation} {ResourceChoice.All} --project MyGame.uproject",
        ];
        return operation switch
        {
            Operation.CheckName => [.. examples, $"fleetbridge {operation} fleet --prefix nightly --wait --wait-limit 40"],
            Operation.CreateName => [.. examples, $"fleetbridge {operation} {ResourceChoice.All} --prefix nightly --wait"],
            Operation.DeleteName => [.. examples, $"fleetbridge {operation} {ResourceChoice.All} --prefix nightly --wait-limit 90 --json"],
            _ => examples,
        };
    }
}
