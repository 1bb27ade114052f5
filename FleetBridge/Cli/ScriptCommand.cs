using System.Collections.Concurrent;
using System.CommandLine;
using Backends.Scripting;
using FleetBridge.Scripting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Cli;

/// <summary><c>fleetbridge script</c>: a deployment as code.</summary>
internal static partial class ScriptCommand
{
    /// <summary>How long a saved script has to be still before it is run again.</summary>
    private static readonly TimeSpan StillFor = TimeSpan.FromMilliseconds(150);

    public static Command Create(CliSession session)
    {
        var file = new Argument<string>("script") { Description = "The script, such as deploy.csx." };
        var args = new Argument<string[]>("args")
        {
            Description = "What the script finds in Args; after -- also what looks like an option.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var watch = new Option<bool>("--watch") { Description = "Run it again whenever it is saved, until Ctrl-C." };
        var set = new Option<string[]>("--set") { Description = "A setting, as key=value; may be repeated." };
        var backend = SharedOptions.Backend();
        var project = SharedOptions.Project();
        var choice = new BridgeChoice();
        var command = new ExampleCommand(
            "script",
            "Run a C# script that deploys. It may use Bridge, Settings, Log, Args and Cancel (docs/backends.md); what it returns "
            + "becomes the exit code, and an exception a message with its line.",
            "fleetbridge script samples/scripts/nightly.csx --project MyGame.uproject --set prefix=nightly",
            "fleetbridge script deploy.csx --watch -- dry-run")
        {
            file, args, watch, set, backend, project,
        };
        choice.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            if (!File.Exists(path))
            {
                throw new CliException(ExitCode.Usage, $"There is no script {path}.");
            }

            var settings = new Dictionary<string, string>(SharedOptions.ReadProject(parsed.GetValue(project)));
            foreach (var (key, value) in RequestCommand.ReadPairs(parsed.GetValue(set) ?? []))
            {
                settings[key] = value;
            }

            var name = parsed.GetValue(backend) ?? SharedOptions.DefaultBackend;
            SharedOptions.SplitBackend(name);
            var bridge = choice.Open(session, parsed);
            var log = choice.Local(session, parsed).LoggerFor(Path.GetFileName(path));
            DeploymentScript Globals(CancellationToken cancel) => new()
            {
                Bridge = new ScriptedBridge(
                    bridge, name, settings, new ConcurrentDictionary<string, Task<IReadOnlySet<string>>>(), TimeProvider.System, cancel),
                Settings = settings,
                Log = log,
                Args = parsed.GetValue(args) ?? [],
                Cancel = cancel,
            };
            return parsed.GetValue(watch)
                ? WatchAsync(path, Globals, log, cancellation)
                : RunOnceAsync(path, Globals(cancellation), log);
        });
        return command;
    }

    private static async Task<int> RunOnceAsync(string path, DeploymentScript globals, ILogger log) =>
        Tell(await DeploymentScriptRun.RunAsync(path, globals, out _).ConfigureAwait(false), log);

    private static async Task<int> WatchAsync(
        string path, Func<CancellationToken, DeploymentScript> globals, ILogger log, CancellationToken cancellation)
    {
        while (true)
        {
            using var saved = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            IReadOnlyCollection<string> files = [path];
            var seen = Times(files);
            try
            {
                var running = DeploymentScriptRun.RunAsync(path, globals(saved.Token), out files);
                seen = Times(files);
                var changing = ChangeAsync(files, seen, saved.Token);
                if (await Task.WhenAny(running, changing).ConfigureAwait(false) == changing)
                {
                    await saved.CancelAsync().ConfigureAwait(false);
                }

                Tell(await running.ConfigureAwait(false), log);
                await changing.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // it was saved while it ran: the next one begins
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completes when one of the files has been saved, and has been still since.</summary>
    private static async Task ChangeAsync(IReadOnlyCollection<string> files, string seen, CancellationToken cancellation)
    {
        while (Times(files) == seen)
        {
            await Task.Delay(StillFor, cancellation).ConfigureAwait(false);
        }

        for (var last = ""; last != Times(files);)
        {
            last = Times(files);
            await Task.Delay(StillFor, cancellation).ConfigureAwait(false);
        }
    }

    private static string Times(IEnumerable<string> files) => string.Join(
        ' ', files.Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Select(
            file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-"));

    private static int Tell(ScriptOutcome outcome, ILogger log)
    {
        if (outcome.Error is { } error)
        {
            if (outcome.Trace is { } trace)
            {
                LogTrace(log, trace);
            }

            Terminal.WriteError(error);
            return (int)ExitCode.AnswerFalse;
        }

        switch (outcome.Value)
        {
            case int code:
                return code;
            case bool succeeded:
                return (int)(succeeded ? ExitCode.Success : ExitCode.AnswerFalse);
            case ScriptAnswer answer:
                return (int)(answer.Ok ? ExitCode.Success : ExitCode.AnswerFalse);
            case { } other:
                Console.Out.WriteLine(other);
                return (int)ExitCode.Success;
            default:
                return (int)ExitCode.Success;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Trace of the script: {Trace}")]
    private static partial void LogTrace(ILogger logger, string trace);
}
