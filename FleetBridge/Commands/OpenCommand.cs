using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Rights;
using FleetBridge.Options;
using FleetBridge.Serving;

namespace FleetBridge.Commands;

/// <summary><c>fleetbridge open</c>: the page of a running gateway in the browser, by a new link.</summary>
internal static class OpenCommand
{
    public static Command Create()
    {
        var url = new Option<Uri?>("--url")
        {
            Description = $"The address of the bridge, host or gateway. [default: http://127.0.0.1:{DefaultPorts.Requests}]",
            CustomParser = result => HttpAddress.Read(result, "a FleetBridge", "http://localhost:8000"),
        };
        var print = new Option<bool>("--print") { Description = "Print the link instead of opening it. It is valid once." };
        var command = new ExampleCommand(
            "open", "Open the page of a running bridge in the browser.", "fleetbridge open", "fleetbridge open --url http://localhost:8770 --print")
        {
            url, print,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var named = parsed.GetValue(url) ?? new Uri($"http://127.0.0.1:{DefaultPorts.Requests}");
            var address = await GatewayFinder.FindAsync(named, cancellation).ConfigureAwait(false)
                ?? throw new UserException(ExitCode.Unreachable, $"There is no gateway at {named}. Start one with 'fleetbridge serve' or 'fleetbridge gateway'.");
            using var access = new GatewayAccess(address, tokenFile: null, fingerprint: null, Role.Admin);
            await using var client = await access.ConnectAsync(retriesFirst: false, cancellation).ConfigureAwait(false);
            try
            {
                var link = (await client.CallAsync(GatewayService.ServiceName, GatewayService.Link, cancellation: cancellation).ConfigureAwait(false))
                    .GetProperty("url").GetString()!;
                if (parsed.GetValue(print) || !DesktopShell.TryOpen(new Uri(link)))
                {
                    await BackendConsole.StandardOutput.WriteLineAsync(link).ConfigureAwait(false);
                }
            }
            catch (GatewayException exception)
            {
                throw new UserException(ExitCode.ResultFalse, exception.Message);
            }

            return (int)ExitCode.Success;
        });
        return command;
    }
}
