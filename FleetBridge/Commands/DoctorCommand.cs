using System.CommandLine;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Processes;
using FleetBridge.Doctor;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge doctor</c>: is this machine ready, and what is to be mended?</summary>
internal static class DoctorCommand
{
    public static Command Create(CliSession session, string[] args)
    {
        var json = SharedOptions.Json();
        var httpPort = SharedOptions.HttpPort("The port for requests");
        var webSocketPort = SharedOptions.WebSocketPort("The port of the log");
        var settings = new SettingOptions();
        var choice = new TargetOptions();
        var command = new ExampleCommand(
            "doctor",
            "Examine this machine: ports, plugin settings, credentials, clock, package; say what to mend.",
            "fleetbridge doctor",
            "fleetbridge doctor --project MyGame.uproject",
            "fleetbridge doctor --profile-name build --json")
        {
            json, httpPort, webSocketPort,
        };
        choice.AddTo(command);
        settings.AddTo(command, session, args, withoutBackend: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            var project = settings.ProjectOf(parsed);
            IReadOnlyDictionary<string, string> ofProject = new Dictionary<string, string>();
            var results = new List<ReportedCheck>(MachineChecks.Run(choice.LogFileOf(parsed)));
            var ports = PortChecks.RunAsync(parsed.GetValue(httpPort), parsed.GetValue(webSocketPort));
            var ofProjects = project is null ? [] : ProjectChecks.Run(project, out ofProject);
            var backends = new BackendChecks(choice.Open(session, parsed), settings.Over(ofProject, parsed)).RunAsync(cancellation);
            results.AddRange(await ports.ConfigureAwait(false));
            results.AddRange(ofProjects);
            results.AddRange(await backends.ConfigureAwait(false));
            await PrintAsync(results, parsed.GetValue(json)).ConfigureAwait(false);
            return (int)(results.Any(IsFailed) ? ExitCode.AnswerFalse : ExitCode.Success);
        });
        return command;
    }

    private static bool IsFailed(ReportedCheck result) => result.Result.State == CheckStatus.Failed;

    private static async Task PrintAsync(List<ReportedCheck> results, bool json)
    {
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject
            {
                ["ok"] = !results.Any(IsFailed),
                ["checks"] = new JsonArray([.. results.Select(result => result.ToJson())]),
            }).ConfigureAwait(false);
            return;
        }

        var width = results.Max(result => result.Name.Length);
        foreach (var (name, (state, message, remedy)) in results)
        {
            var word = $"{ReportedCheck.WordOf(state),-7}";
            var rest = Terminal.Plain($"  {name.PadRight(width)}  {message}{(remedy is null ? "" : $" {remedy}")}").ReplaceLineEndings(" ");
            Terminal.WriteLine(Terminal.Out, Terminal.Out.Profile.Capabilities.Ansi ? $"\e[{Colour(state)}m{word}\e[0m{rest}" : word + rest);
        }
    }

    private static string Colour(CheckStatus state) => state switch
    {
        CheckStatus.Ok => "32",
        CheckStatus.Warning => "33",
        _ => "31",
    };
}
