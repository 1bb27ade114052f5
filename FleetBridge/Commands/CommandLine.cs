using System.CommandLine;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>The command line as a whole: the commands, and how errors are reported.</summary>
internal static class CommandLine
{
    /// <summary>How long clean-up may take after Ctrl-C before the process ends anyway.</summary>
    private static readonly TimeSpan TerminationLimit = TimeSpan.FromSeconds(35);

    /// <summary>Runs a command and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var session = new CliSession();
        try
        {
            Grammar.Check(args);
            var commands = Build(session, args);
            await session.BeforeParsingAsync().ConfigureAwait(false);
            var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            HeldAction.Hold(commands, listening.Task);
            var parsed = commands.Parse(args.Length > 0 ? args : ["--help"], Grammar.Rules);
            if (UsageErrors.Has(parsed))
            {
                return UsageErrors.Report(parsed);
            }

            var invocation = parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationLimit,
                Output = BackendConsole.StandardOutput,
                Error = BackendConsole.StandardError,
            });
            listening.SetResult();
            var code = await invocation.ConfigureAwait(false);
            return args.Length > 0 ? code : (int)ExitCode.Usage;
        }
        catch (UserException exception)
        {
            session.Says(exception.Message);
            return Fail(exception.Code, UsageErrors.Shortened(exception.Message));
        }
        catch (PortTakenException exception)
        {
            return Fail(ExitCode.PortTaken, await DescribeAsync(exception).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return Fail(ExitCode.Cancelled, "Cancelled.");
        }
        catch (Exception exception)
        {
            Terminal.WriteErrors($"fleetbridge: {exception}");
            return Fail(ExitCode.Bug, "This is a bug in FleetBridge. Please report it with the text above.");
        }
    }

    /// <summary>The commands that a command line can call.</summary>
    internal static RootCommand Build(CliSession session, string[] args)
    {
        var root = new RootCommand("FleetBridge deploys Unreal game servers to GameLift, from the editor and from the command line.");

        // The editor waits for serve: creating the options of the other commands would take a quarter of that time.
        Command[] commands = args switch
        {
            [ServeCommand.Name, ..] => [ServeCommand.Create()],
            [HostCommand.Name, ..] => [HostCommand.Create()],
            [WorkerCommand.Name, ..] => [WorkerCommand.Create()],
            [GatewayCommand.Name, ..] => [GatewayCommand.Create()],
            _ => All(session, args),
        };
        Array.ForEach(commands, root.Subcommands.Add);
        ExampleHelp.AddTo(root);
        return root;
    }

    private static Command[] All(CliSession session, string[] args) =>
    [
        ServeCommand.Create(),
        HostCommand.Create(),
        RequestCommand.Create(session),
        ResourceCommand.Create(session, args, Operation.CheckName, "Check whether resources of a deployment exist and are ready."),
        ResourceCommand.Create(session, args, Operation.CreateName, "Create resources of a deployment, or complete them."),
        ResourceCommand.Create(session, args, Operation.DeleteName, "Delete resources of a deployment."),
        ResourceCommand.Create(session, args, Operation.BrowseName, "Open resources of a deployment in the browser."),
        MetadataCommand.Create(session),
        ConfigCommand.Create(session, args),
        BackendsCommand.Create(session),
        LogsCommand.Create(),
        LocalCommand.Create(),
        SessionCommand.Create(),
        ServersCommand.CreateServers(),
        ServerCommand.Create(),
        ServersCommand.CreateWorkers(),
        WorkerCommand.Create(),
        GatewayCommand.Create(),
        OpenCommand.Create(),
        TokenCommand.Create(),
        MeshCommand.Create(),
        DoctorCommand.Create(session, args),
        ScriptCommand.Create(session, args),
        NewCommand.Create(),
        UnrealCommand.Create(),
        CompletionCommand.Create(),
    ];

    private static async Task<string> DescribeAsync(PortTakenException taken)
    {
        const string Remedy = "Use it, stop it, or choose other ports with --http-port and --websocket-port.";
        return await PortOwner.AskAsync(taken.EndPoint).ConfigureAwait(false) is { } owner
            ? $"{taken.Message} It is {owner.Description}. {Remedy}"
            : $"{taken.Message} Is another bridge running? {Remedy}";
    }

    private static int Fail(ExitCode code, string message)
    {
        Terminal.WriteError(message);
        return (int)code;
    }
}
