using System.Collections.Concurrent;
using System.CommandLine;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Processes;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge script</c>: a deployment as code.</summary>
internal static class ScriptCommand
{
    public static Command Create(CliSession session, string[] commandLine)
    {
        var file = new Argument<string>("script") { Description = "The script, such as deploy.csx." };
        var args = new Argument<string[]>("args")
        {
            Description = "What the script finds in Args; after -- also what looks like an option.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        args.Validators.Add(result =>
        {
            var afterDashes = commandLine.SkipWhile(arg => arg != "--").Skip(1).Count();
            foreach (var option in result.Tokens.SkipLast(afterDashes).Where(token => token.Value.StartsWith('-')))
            {
                result.AddError($"Unrecognized option '{option.Value}'. What is for the script comes after --.");
            }
        });
        var watch = new Option<bool>("--watch") { Description = "Run it again whenever it is saved, until Ctrl-C." };
        var deadline = new MinutesOption("--deadline", "End the script after so many minutes.");
        var set = new Option<string[]>("--set") { Description = "A setting of whichever backend, as key=value; may be repeated." };
        var options = new SettingOptions();
        var choice = new TargetOptions();
        var command = new ExampleCommand(
            "script",
            "Run a C# script that deploys. It may use Bridge, Settings, Log, Args and Cancel (docs/backends.md); what it returns "
            + "becomes the exit code, and an exception a message with its line.",
            "fleetbridge script samples/scripts/nightly.csx --project MyGame.uproject --prefix nightly --deadline 90",
            "fleetbridge script deploy.csx --watch -- dry-run")
        {
            file, args, watch, deadline, set,
        };
        choice.AddTo(command);
        options.AddTo(command, session, commandLine, withoutBackend: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            // whoever called has to have a task before a script is compiled: Ctrl-C ends that
            await Task.Yield();
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            if (!File.Exists(path))
            {
                throw new UserException(ExitCode.Usage, $"There is no script {path}.");
            }

            var settings = options.Read(parsed);
            foreach (var (key, value) in RequestCommand.ReadPairs(parsed.GetValue(set) ?? []))
            {
                settings[key] = value;
            }

            var (name, version) = options.BackendOf(parsed);
            var bridge = choice.Open(session, parsed);
            var run = new ScriptRun(path, choice.LoggerFor(session, parsed, Path.GetFileName(path)), deadline.In(parsed), (log, cancel) => new()
            {
                Bridge = new ScriptedBridge(
                    bridge, $"{name}/{version}", settings, new ConcurrentDictionary<string, Task<IReadOnlySet<string>>>(), TimeProvider.System, cancel),
                Settings = settings,
                Log = log,
                Args = parsed.GetValue(args) ?? [],
                Cancel = cancel,
            });
            return parsed.GetValue(watch)
                ? await new ScriptWatch(path, run.StartAsync).RunAsync(cancellation).ConfigureAwait(false)
                : (int)await run.StartAsync(cancellation, out _).ConfigureAwait(false);
        });
        return command;
    }
}
