using System.CommandLine;
using System.Text.Json.Nodes;
using Backends;
using FleetBridge.Doctor;
using FleetBridge.Protocol;

namespace FleetBridge.Cli;

/// <summary><c>fleetbridge doctor</c>: is this machine ready, and what is to be mended?</summary>
internal static class DoctorCommand
{
    public static Command Create(CliSession session, string[] args)
    {
        var json = SharedOptions.Json();
        var httpPort = SharedOptions.Port(
            "--http-port", "FLEETBRIDGE_HTTP_PORT", BridgeServerOptions.DefaultHttpPort, "The port for requests");
        var webSocketPort = SharedOptions.Port(
            "--websocket-port", "FLEETBRIDGE_WEBSOCKET_PORT", BridgeServerOptions.DefaultWebSocketPort, "The port of the log");
        var settings = new SettingOptions();
        var choice = new BridgeChoice();
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
            var results = new List<CheckResult>(MachineChecks.Run(choice.LogFileOf(parsed)));
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

    private static bool IsFailed(CheckResult result) => result.Finding.State == FindingState.Failed;

    private static async Task PrintAsync(List<CheckResult> results, bool json)
    {
        if (json)
        {
            await Replies.PrintJsonAsync(new JsonObject
            {
                ["ok"] = !results.Any(IsFailed),
                ["checks"] = new JsonArray([.. results.Select(result => result.ToJson())]),
            }).ConfigureAwait(false);
            return;
        }

        var width = results.Max(result => result.Name.Length);
        foreach (var (name, (state, message, remedy)) in results)
        {
            var word = $"{CheckResult.WordOf(state),-7}";
            var rest = Terminal.Plain($"  {name.PadRight(width)}  {message}{(remedy is null ? "" : $" {remedy}")}").ReplaceLineEndings(" ");
            Terminal.WriteLine(Terminal.Out, Terminal.Out.Profile.Capabilities.Ansi ? $"\e[{Colour(state)}m{word}\e[0m{rest}" : word + rest);
        }
    }

    private static string Colour(FindingState state) => state switch
    {
        FindingState.Ok => "32",
        FindingState.Warning => "33",
        _ => "31",
    };
}
