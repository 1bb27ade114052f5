using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Core.Requests;
using FleetBridge.Options;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge config</c>: the settings as a backend understands them.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliSession session, string[] args)
    {
        var json = SharedOptions.Json();
        var settings = new SettingOptions();
        var choice = new TargetOptions();
        var command = new ExampleCommand(
            "config",
            "Show the settings with all defaults filled in.",
            "fleetbridge config --prefix nightly",
            "fleetbridge config --project MyGame.uproject --json")
        {
            json,
        };
        choice.AddTo(command);
        settings.AddTo(command, session, args);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = BackendRequests.To(settings.BackendOf(parsed), RequestRunner.ConfigPath, settings.Read(parsed));
            var reply = await choice.Open(session, parsed).SendAsync(request, cancellation).ConfigureAwait(false);
            await Replies.PrintAsync(reply, parsed.GetValue(json)).ConfigureAwait(false);
            return (int)reply.ExitCode;
        });
        return command;
    }
}
