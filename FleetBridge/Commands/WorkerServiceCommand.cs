using System.CommandLine;
using System.Text;
using FleetBridge.Backends.Processes;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge worker install-service</c>: a worker that starts with the machine.</summary>
internal static class WorkerServiceCommand
{
    private const string Unit = "fleetbridge-worker.service";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var options = new WorkerOptions();
        var apply = new Option<bool>("--apply") { Description = "Install it, instead of printing what would be installed." };
        var command = new ExampleCommand(
            "install-service",
            "Print the systemd unit of a worker that starts with the machine; on Windows, the commands that make its scheduled task.",
            "fleetbridge worker install-service --host https://10.0.0.5:9443 --data /srv/fleetbridge",
            "sudo fleetbridge worker install-service --host https://10.0.0.5:9443 --data /srv/fleetbridge --apply");
        options.AddServiceTo(command);
        command.Options.Add(apply);
        command.SetAction(async (parsed, cancellation) =>
        {
            var words = options.Read(parsed).ToArguments();
            var program = Environment.ProcessPath ?? throw new UserException(ExitCode.Usage, "The path of this program is not known.");
            if (OperatingSystem.IsWindows())
            {
                Terminal.WriteLine(Terminal.Out, WindowsCommands(program, words));
                return parsed.GetValue(apply)
                    ? throw new UserException(ExitCode.Usage, "--apply is for systemd. Run the commands above in a PowerShell of an administrator.")
                    : 0;
            }

            var unit = SystemdUnit(program, words, Environment.IsPrivilegedProcess);
            if (!parsed.GetValue(apply))
            {
                Console.Out.Write(unit);
                return 0;
            }

            await ApplyAsync(unit, cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    /// <summary>The unit. Only the worker is stopped with it: its keepers and their servers continue, and the next start finds them.</summary>
    internal static string SystemdUnit(string program, IEnumerable<string> words, bool isSystem) => $"""
        [Unit]
        Description=FleetBridge worker
        Wants=network-online.target
        After=network-online.target

        [Service]
        ExecStart={string.Join(' ', new[] { program }.Concat(words).Select(Quote))}
        Restart=on-failure
        RestartSec=2
        # the servers outlive the worker
        KillMode=process
        TimeoutStopSec=40

        [Install]
        WantedBy={(isSystem ? "multi-user.target" : "default.target")}

        """;

    /// <summary>
    /// The commands for a PowerShell of an administrator: a task that starts with the machine. A service would have to speak to the service
    /// control manager within 30 seconds, and a worker may wait a minute for its host. Without the settings a task ends after three days.
    /// </summary>
    internal static string WindowsCommands(string program, IEnumerable<string> words) => $"""
        $action = New-ScheduledTaskAction -Execute {PowerShell(program)} -Argument {PowerShell(string.Join(' ', words.Select(WindowsArgument)))}
        $trigger = New-ScheduledTaskTrigger -AtStartup
        $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
        Register-ScheduledTask -TaskName FleetBridgeWorker -Description 'FleetBridge worker' -Action $action -Trigger $trigger -Settings $settings -User 'NT AUTHORITY\SYSTEM' -RunLevel Highest
        Start-ScheduledTask -TaskName FleetBridgeWorker
        """;

    /// <summary>A text of PowerShell in which nothing is replaced; it takes typographic quotes for its own.</summary>
    private static string PowerShell(string text) =>
        $"'{string.Concat(text.Select(letter => letter is '\'' or (>= '\u2018' and <= '\u201b') ? $"{letter}{letter}" : $"{letter}"))}'";

    /// <summary>An argument as programs of Windows take a command line apart (CommandLineToArgvW).</summary>
    private static string WindowsArgument(string word)
    {
        if (word.Length > 0 && !word.Any(letter => letter is ' ' or '\t' or '"'))
        {
            return word;
        }

        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var letter in word)
        {
            // backslashes mean something before a quote only
            text.Append('\\', letter == '"' ? backslashes + 1 : 0).Append(letter);
            backslashes = letter == '\\' ? backslashes + 1 : 0;
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }

    /// <summary>A word of ExecStart (systemd.service, "Command lines"): specifiers and variables are not wanted.</summary>
    private static string Quote(string word)
    {
        var text = new StringBuilder("\"");
        foreach (var letter in word)
        {
            text.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                '%' => "%%",
                '$' => "$$",
                '\n' or '\r' => throw new UserException(ExitCode.Usage, "A line break cannot be a part of a service's command line."),
                _ => letter.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private static async Task ApplyAsync(string unit, CancellationToken cancellation)
    {
        var isSystem = Environment.IsPrivilegedProcess;
        var folder = isSystem
            ? "/etc/systemd/system"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "systemd", "user");
        var systemctl = ProgramPath.Find("systemctl") ?? throw new UserException(
            ExitCode.NotFound, "There is no systemctl on this machine. Without --apply, the unit is printed for another service manager.");
        var path = Path.Combine(folder, Unit);
        try
        {
            Directory.CreateDirectory(folder);
            PlacedFile.Replace(path, Encoding.UTF8.GetBytes(unit));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.Usage, $"The unit {path} cannot be written: {exception.Message}");
        }

        string[] scope = isSystem ? [] : ["--user"];
        foreach (var words in new string[][] { ["daemon-reload"], ["enable", "--now", Unit] })
        {
            var run = await LimitedProcess.RunAsync(
                ProgramPath.StartOf(systemctl, [.. scope, .. words]), Limit, TimeProvider.System, cancellation).ConfigureAwait(false);
            if (run.Code != 0)
            {
                throw new UserException(ExitCode.ResultFalse, $"The unit is in {path}, and 'systemctl {string.Join(' ', words)}' failed: {run.Error.Trim()}");
            }
        }

        Terminal.WriteLine(Terminal.Out, $"{Unit} is installed ({path}) and runs. 'systemctl {(isSystem ? "" : "--user ")}status {Unit}' shows it.");
    }
}
