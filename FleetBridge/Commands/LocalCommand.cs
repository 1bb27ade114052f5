using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Servers;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge local</c>: a host and game servers in one command, until Ctrl-C.</summary>
internal static class LocalCommand
{
    private const string Stop = "\nPress Ctrl-C to stop.";

    public static Command Create()
    {
        var host = new HostOptions();
        var root = new Option<string?>("--server-package-root") { Description = "The folder of the packaged server.", HelpName = "folder" };
        var path = new Option<string?>("--fleet-launch-path")
        {
            Description = "The server's executable as GameLift would start it: /local/game/… and C:/game/… are the package's folder.",
            HelpName = "path",
        };
        var project = ProjectOption.Create();
        var executable = new Option<string?>("--executable")
        {
            Description = "The server's executable on this machine, instead.",
            HelpName = "file",
            CustomParser = result => Grammar.Named(result, "the game server's file"),
        };
        var processes = new Option<string>("--processes")
        {
            Description = "How many game servers run at a time. Each hosts one game session in its life, and is started again.",
            HelpName = "number",
            DefaultValueFactory = _ => "1",
            CustomParser = ReadProcesses,
        };
        var ports = new Option<string?>("--game-ports")
        {
            Description = $"The UDP ports of the game servers, {GamePortRange.Default} by default; 0 for any free ones.",
            HelpName = "from-to",
            CustomParser = ReadPorts,
        };
        var exec = new Option<bool>("--exec")
        {
            Description = "Start no game server: print the environment variables and flags for one that you start in an IDE.",
        };
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "After --: arguments of the game server. {port}, {process_id} and {name} are filled in; -port={port} is added where no "
                + "argument names the port.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ExampleCommand(
            "local",
            "GameLift and your game server on this machine, in one command, until Ctrl-C. A host that runs already is used.",
            "fleetbridge local --server-package-root Packaged/LinuxServer --fleet-launch-path /local/game/MyGame/Binaries/Linux/MyGameServer",
            "fleetbridge local --project MyGame.uproject --processes 4 -- -log",
            "fleetbridge local --executable build/MyServer --game-ports 7777-7799",
            "fleetbridge local --exec")
        {
            root, path, project, executable, processes, ports, exec, arguments,
        };
        host.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var choices = host.Read(parsed, "host.log");
            choices = choices with { Log = choices.Log with { Terminal = new TerminalSink().Write } };
            var launch = parsed.GetValue(exec)
                ? null
                : new ServerLaunch
                {
                    Executable = Find(parsed.GetValue(executable), parsed.GetValue(project), parsed.GetValue(root), parsed.GetValue(path)),
                    Arguments = parsed.GetValue(arguments) ?? [],
                    Processes = int.Parse(parsed.GetValue(processes)!, CultureInfo.InvariantCulture),
                    Ports = parsed.GetValue(ports) is { } range ? GamePortRange.Parse(range)!.Value : GamePortRange.Default,
                };
            launch?.Check();
            return RunAsync(choices, launch, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(HostChoices choices, ServerLaunch? launch, CancellationToken cancellation)
    {
        using var running = await RemoteLauncher.FindAsync(choices.HttpPort, cancellation).ConfigureAwait(false);
        if (running is not null)
        {
            return await RunOnAsync(running, choices.Json, launch, cancellation).ConfigureAwait(false);
        }

        return await HostRun.RunAsync(
            choices,
            start => Console.Out.WriteLine(choices.Json
                ? HostRun.AnnounceJson(start, choices.Host)
                : $"{ProgramInfo.Name} {ProgramInfo.Version} hosts the fleet {FleetHost.DefaultFleet} on this machine. Log file: {start.LogFile}\n"
                    + (start.Page is null ? "" : $"The page of the fleet: {start.Page}\n")
                    + LocalOutput.NextSteps(start.Ports.Http.Port) + Stop),
            started => BeginAsync(started, choices.Json, launch),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Starts the servers on the host of this process.</summary>
    private static async Task<Task> BeginAsync(RunningHost running, bool json, ServerLaunch? launch)
    {
        var control = await running.Host.Fleet.ConfigureAwait(false);
        var output = new LocalOutput(json, running.Host.HttpPort);
        if (launch is null)
        {
            var variables = await ServerLauncher.IntroduceAsync(control, ExecServer.ProcessId).ConfigureAwait(false);
            output.Show(ExecServer.ToJson(variables));
        }

        var launcher = running.Host.Launcher.Of(control);
        var events = launcher.Events.Follow(CancellationToken.None);
        var telling = Task.Run(
            async () =>
            {
                // to the end: what happens while the servers stop is told too
                await foreach (var happened in events.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    // the log shows the output and what is wrong
                    if (happened.Name is not (LocalEvent.Output or LocalEvent.Trouble))
                    {
                        output.Show(happened);
                    }
                }
            },
            CancellationToken.None);
        try
        {
            var starting = launch is null ? launcher.ResumeAsync() : launcher.StartAsync(launch, isFollowed: true, adopts: true);
            await starting.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (running.Stopping.IsCancellationRequested)
        {
            // Ctrl-C came first
        }

        return telling;
    }

    /// <summary>Lets a host that runs already start the servers.</summary>
    private static async Task<int> RunOnAsync(RemoteLauncher running, bool json, ServerLaunch? launch, CancellationToken cancellation)
    {
        var output = new LocalOutput(json, running.Health.HttpPort);
        Console.Out.WriteLine(json
            ? running.AnnounceJson()
            : $"The host that runs already (process {running.Health.ProcessId}) is used, with the options that it was started with.\n"
                + LocalOutput.NextSteps(running.Health.HttpPort) + (launch is null ? "" : Stop));
        if (launch is null)
        {
            output.Show(await running.GetVariablesAsync(cancellation).ConfigureAwait(false));
            return (int)ExitCode.Success;
        }

        try
        {
            await foreach (var happened in running.RunAsync(launch, cancellation).ConfigureAwait(false))
            {
                output.Show(happened);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C: the host stops the servers of a connection that has ended
            return (int)ExitCode.Success;
        }

        throw new UserException(ExitCode.Unreachable, "The host has stopped, and the game servers with it.");
    }

    private static string Find(string? executable, string? project, string? root, string? path)
    {
        if (executable is not null)
        {
            return root is null && path is null
                ? Path.GetFullPath(executable)
                : throw new UserException(ExitCode.Usage, "--executable stands for itself: leave out --server-package-root and --fleet-launch-path.");
        }

        var settings = ProjectOption.ReadSettings(project);
        root ??= settings.GetValueOrDefault("server_package_root");
        path ??= settings.GetValueOrDefault("fleet_launch_path");
        return (root, path) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => LaunchRequest.Resolve(
                ProjectPath.Resolve(root, settings.GetValueOrDefault("project_root")), path),
            _ when project is not null => throw new UserException(
                ExitCode.Usage,
                $"The project {project} does not say {(root is { Length: > 0 } ? "the launch path (FleetLaunchPath)" : "where the packaged server is (ServerPackageRoot)")}. "
                + "Set it in the plugin's settings, or give it as an option."),
            _ => throw new UserException(
                ExitCode.Usage,
                "Name the game server: --server-package-root with --fleet-launch-path, --project, or --executable. With --exec you start it yourself."),
        };
    }

    private static string ReadProcesses(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > LaunchRequest.MostProcesses)
        {
            result.AddError($"--processes: '{text}' is not a number from 1 to {LaunchRequest.MostProcesses}.");
            return "1";
        }

        return text;
    }

    private static string? ReadPorts(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (GamePortRange.Parse(text) is null)
        {
            result.AddError($"--game-ports: '{text}' is not a port or a range of ports from 1 to 60000, such as {GamePortRange.Default}.");
            return null;
        }

        return text;
    }
}
