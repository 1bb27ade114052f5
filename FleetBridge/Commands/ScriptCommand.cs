using System.Collections.Concurrent;
using System.CommandLine;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Processes;
using FleetBridge.Options;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge script</c>: runs a deployment that is written as a C# script.</summary>
internal static class ScriptCommand
{
    public static Command Create(CliSession session, string[] commandLine)
    {
        var file = new Argument<string?>("script")
        {
            Description = "The script, such as deploy.csx.",
            CustomParser = result => Grammar.Named(result, "a script, such as deploy.csx"),
        };
        var args = new Argument<string[]>("args")
        {
            Description = "Arguments for the script (Args). Put those that look like options after --.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        args.Validators.Add(result =>
        {
            var afterDashes = commandLine.SkipWhile(arg => arg != "--").Skip(1).Count();
            foreach (var option in result.Tokens.SkipLast(afterDashes).Where(token => token.Value.StartsWith('-')))
            {
                result.AddError($"Unrecognized option '{option.Value}'. Put arguments for the script after --.");
            }
        });
        var watch = new Option<bool>("--watch") { Description = "Run the script again whenever it is saved, until Ctrl-C." };
        var deadline = new MinutesOption("--deadline", "End the script after this many minutes.");
        var set = new Option<string[]>("--set") { Description = "A setting for any backend, as key=value; may be repeated." };
        var options = new SettingOptions();
        var target = new TargetOptions();
        var command = new ExampleCommand(
            "script",
            "Run a C# deployment script. It can use Bridge, Settings, Log, Args and Cancel (docs/backends.md). Its return value becomes "
            + "the exit code; an exception becomes a message with its line.",
            "fleetbridge script samples/scripts/nightly.csx --project MyGame.uproject --prefix nightly --deadline 90",
            "fleetbridge script deploy.csx --watch -- dry-run")
        {
            file, args, watch, deadline, set,
        };
        target.AddTo(command);
        options.AddTo(command, session, commandLine, withoutBackend: true);
        command.SetAction(async (parsed, cancellation) =>
        {
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
            var bridge = target.Open(session, parsed);
            var log = target.LoggerFor(session, parsed, Path.GetFileName(path));
            var run = new ScriptRun(path, log, deadline.In(parsed), TimeProvider.System, session.Says, cancel => new()
            {
                Bridge = new ScriptedBridge(
                    bridge, $"{name}/{version}", settings, new ConcurrentDictionary<string, Task<IReadOnlySet<string>>>(), TimeProvider.System, cancel),
                Settings = settings,
                Log = log,
                Args = parsed.GetValue(args) ?? [],
                Cancel = cancel,
            });
            return parsed.GetValue(watch)
                ? await new ScriptWatch(path, run.StartAsync, TimeProvider.System).RunAsync(cancellation).ConfigureAwait(false)
                : (int)await run.StartAsync(cancellation, out _).ConfigureAwait(false);
        });
        return command;
    }
}
