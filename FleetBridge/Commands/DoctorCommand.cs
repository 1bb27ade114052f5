using System.CommandLine;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Text;
using FleetBridge.Doctor;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge doctor</c>: checks whether this machine is ready, and says how to fix what is wrong.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan MeshLimit = TimeSpan.FromSeconds(5);

    public static Command Create(CliSession session, string[] args)
    {
        var json = JsonOption.Create();
        var httpPort = PortOptions.Http("The port for requests");
        var webSocketPort = PortOptions.WebSocket("The port of the log");
        var settings = new SettingOptions();
        var target = new TargetOptions();
        var mesh = new MeshOption();
        var command = new ExampleCommand(
            "doctor",
            "Check this machine (ports, plugin settings, credentials, clock, package) and say how to fix what is wrong.",
            "fleetbridge doctor",
            "fleetbridge doctor --project MyGame.uproject",
            "fleetbridge doctor --profile-name build --json",
            "fleetbridge doctor --mesh amqps://ann@broker.example/studio --mesh-service orders")
        {
            json, httpPort, webSocketPort,
        };
        target.AddTo(command);
        mesh.AddTo(command);
        settings.AddTo(command, session, args, withoutBackend: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            var project = settings.ProjectOf(parsed);
            IReadOnlyDictionary<string, string> projectSettings = new Dictionary<string, string>();
            var checks = new List<ReportedCheck>(MachineChecks.Run(target.LogFileOf(parsed)));
            var ports = PortChecks.RunAsync(PortOptions.Read(parsed, httpPort), PortOptions.Read(parsed, webSocketPort));
            IReadOnlyList<ReportedCheck> projectChecks = [];
            if (project is not null)
            {
                (projectChecks, projectSettings) = await ProjectChecks.RunAsync(project, TimeProvider.System, cancellation).ConfigureAwait(false);
            }

            var backends = new BackendChecks(
                target.Open(session, parsed), settings.Over(projectSettings, parsed), TimeProvider.System).RunAsync(cancellation);
            checks.AddRange(await ports.ConfigureAwait(false));
            checks.AddRange(projectChecks);
            if (mesh.Read(parsed) is { } choice)
            {
                checks.AddRange(await CheckMeshAsync(choice, cancellation).ConfigureAwait(false));
            }

            checks.AddRange(await backends.ConfigureAwait(false));
            session.Says(string.Join('\n', checks.Select(check => check.Result.Message)));
            await PrintAsync(checks, parsed.GetValue(json)).ConfigureAwait(false);
            return (int)checks.Max(check => check.Code);
        });
        return command;
    }

    /// <summary>Apart: RabbitMQ's assembly is loaded with the first method that uses it.</summary>
    private static async Task<IReadOnlyList<ReportedCheck>> CheckMeshAsync(MeshChoice choice, CancellationToken cancellation)
    {
        await using var member = MeshMember.OfCaller(choice, null, NullLogger.Instance, TimeProvider.System);
        member.Mesh.Start();
        try
        {
            await member.Mesh.ConnectedAsync(cancellation).WaitAsync(MeshLimit, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MeshRefusedException or TimeoutException)
        {
            // the check says it
        }

        return await member.CheckAsync(cancellation).ConfigureAwait(false);
    }

    private static bool IsFailed(ReportedCheck check) => check.Result.State == CheckStatus.Failed;

    private static async Task PrintAsync(List<ReportedCheck> checks, bool json)
    {
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject
            {
                ["ok"] = !checks.Any(IsFailed),
                ["checks"] = new JsonArray([.. checks.Select(check => check.ToJson())]),
            }).ConfigureAwait(false);
            return;
        }

        var width = checks.Max(check => check.Name.Length);
        foreach (var (name, (status, message, remedy)) in checks)
        {
            var word = $"{ReportedCheck.WordOf(status),-7}";
            var rest = VisibleText.Of($"  {name.PadRight(width)}  {message}{(remedy is null ? "" : $" {remedy}")}".ReplaceLineEndings(" "));
            Terminal.WriteLine(Terminal.Out, Terminal.Painted(Terminal.Out, Colour(status), word) + rest);
        }
    }

    private static string Colour(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "32",
        CheckStatus.Warning => "33",
        _ => "31",
    };
}
