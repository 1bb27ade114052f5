using System.CommandLine;
using System.Text;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Host;
using FleetBridge.Options;
using FleetBridge.Output;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge host</c>: GameLift on this machine, until Ctrl-C.</summary>
internal static class HostCommand
{
    public const string Name = "host";

    public static Command Create()
    {
        var options = new HostOptions();
        var mesh = new MeshOption();
        var command = new ExampleCommand(
            Name,
            "GameLift on this machine until Ctrl-C: game servers connect to it, and game clients find the API that they know.",
            "fleetbridge host",
            "fleetbridge host --http-port 0 --tls-port 0 --gateway-port 0 --json",
            "fleetbridge host --profile-name build --region-name us-west-2 --fleet-id fleet-1234",
            "aws gamelift create-game-session --endpoint-url http://127.0.0.1:9080 --fleet-id fleet-local --maximum-player-session-count 8");
        options.AddTo(command);
        mesh.AddTo(command, forConsumers: false);
        var detached = new Option<bool>("--detached") { Description = "Outlive the terminal from which it was started.", Hidden = true };
        command.Options.Add(detached);
        command.Subcommands.Add(CreateToken());
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(detached))
            {
                Termination.LeaveSession();
            }

            return RunAsync(options.Read(parsed, "host.log"), mesh.Read(parsed), cancellation);
        });
        return command;
    }

    private static ExampleCommand CreateToken()
    {
        var common = new FleetOptions();
        var command = new ExampleCommand(
            "token",
            "Make a token with which one worker on another machine may join this host within an hour.",
            "fleetbridge host token",
            "fleetbridge host token --json");
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => common.RunAsync(parsed, async host =>
        {
            var token = await host.CallAsync(HttpMethod.Post, "join-token", null, cancellation).ConfigureAwait(false);
            if (common.IsJson(parsed))
            {
                await Responses.PrintJsonAsync(token!).ConfigureAwait(false);
            }
            else
            {
                Terminal.WriteLine(Terminal.Out, $"{WireJson.Text(token, "token")}");
                Terminal.WriteLine(Terminal.Error, $"It is good for one worker until {WireJson.Text(token, "expires_at")}: fleetbridge worker --host … --join …");
                Terminal.WriteLine(Terminal.Error, $"The worker shows this host's certificate, whose fingerprint is {WireJson.Text(token, "fingerprint")}");
            }

            return 0;
        }));
        return command;
    }

    private static Task<int> RunAsync(HostChoices choices, MeshChoice? mesh, CancellationToken cancellation)
    {
        if (mesh is not null)
        {
            MeshMember.Check(mesh);
        }

        return HostAsync(choices, mesh, cancellation);
    }

    private static Task<int> HostAsync(HostChoices choices, MeshChoice? mesh, CancellationToken cancellation) => HostRun.RunAsync(
        choices,
        start => Console.Out.WriteLine(choices.Json ? HostRun.AnnounceJson(start, choices.Host) : Announce(start, choices.Host)),
        running =>
        {
            var resuming = Task.Run(() => running.Host.Launcher.ResumeAsync(running.Host.Fleet));
            return running.Mesh is { } member ? MeshAsync(member, running.Stopping) : Task.FromResult(resuming);
        },
        cancellation,
        mesh);

    /// <summary>The host on the mesh, until Ctrl-C.</summary>
    private static async Task<Task> MeshAsync(MeshMember member, CancellationToken stopping)
    {
        await member.StartAsync(stopping).ConfigureAwait(false);
        return EndAsync();

        async Task EndAsync()
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await member.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Announce(HostStart start, FleetHostOptions options)
    {
        var ports = start.Ports;
        var text = new StringBuilder();
        text.AppendLine($"{ProgramInfo.Name} {ProgramInfo.Version} hosts the fleet {FleetHost.DefaultFleet} on this machine.");
        text.AppendLine($"  GameLift API  http://127.0.0.1:{ports.Http.Port} (aws gamelift … --endpoint-url)");
        text.AppendLine($"  game servers  wss://127.0.0.1:{ports.Tls.Port}, ws://127.0.0.1:{ports.Http.Port}");
        if (start.Page is not null)
        {
            text.AppendLine($"  page          {start.Page}");
        }

        text.AppendLine($"  store         {options.ShownStore}");
        text.AppendLine($"  log file      {start.LogFile ?? "none: it cannot be written; choose another file with --log-file"}");
        text.Append("Press Ctrl-C to stop.");
        return text.ToString();
    }
}
