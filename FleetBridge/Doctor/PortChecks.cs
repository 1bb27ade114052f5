using FleetBridge.Core.Client;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Text;

namespace FleetBridge.Doctor;

/// <summary>Checks whether both ports are free, and which program uses them if they are not.</summary>
internal static class PortChecks
{
    public static async Task<IReadOnlyList<ReportedCheck>> RunAsync(int http, int webSocket) => await Task.WhenAll(
        RunAsync("request port", http, "--http-port"), RunAsync("log port", webSocket, "--websocket-port")).ConfigureAwait(false);

    private static async Task<ReportedCheck> RunAsync(string name, int port, string option)
    {
        if (port == 0)
        {
            return ReportedCheck.Ok(name, "Any free port will be used.");
        }

        try
        {
            using (LoopbackSockets.Bind(port))
            {
                return ReportedCheck.Ok(name, $"{port} is free.");
            }
        }
        catch (PortTakenException taken)
        {
            return await PortOwner.AskAsync(taken.EndPoint).ConfigureAwait(false) switch
            {
                { Version: { } version } owner when version == ProgramInfo.Version =>
                    ReportedCheck.Ok(name, $"{port} is served by {owner.Description}."),
                { Version: not null } owner => ReportedCheck.Warning(
                    name, $"{port} is served by {owner.Description}, and this is {ProgramInfo.Version}.", "Stop the other one if it is older."),
                var other => ReportedCheck.Failed(
                    name,
                    other is null ? taken.Message : $"{taken.Message} It is {other.Description}.",
                    $"Stop that program, or choose another port with {option} and in the editor."),
            };
        }
    }
}
