using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge config</c>: the settings that a backend would use.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliSession session, string[] args)
    {
        var json = JsonOption.Create();
        var settings = new SettingOptions();
        var target = new TargetOptions();
        var command = new ExampleCommand(
            "config",
            "Show the settings that a command would use, with all defaults filled in.",
            "fleetbridge config --prefix nightly",
            "fleetbridge config --project MyGame.uproject --json")
        {
            json,
        };
        target.AddTo(command);
        settings.AddTo(command, session, args);
        command.SetAction(async (parsed, cancellation) =>
        {
            session.ShowFailuresInResult(parsed.GetValue(json));
            var request = BackendRequests.To(settings.BackendOf(parsed), BridgePaths.Config, settings.Read(parsed));
            var response = await target.Open(session, parsed).SendAsync(request, cancellation).ConfigureAwait(false);
            session.SaysInResult(response.Error);
            await Responses.PrintAsync(response, parsed.GetValue(json)).ConfigureAwait(false);
            return (int)response.ExitCode;
        });
        return command;
    }
}
