using FleetBridge.Core.Client;
using FleetBridge.Core.Text;
using FleetBridge.Protocol;

namespace FleetBridge.Doctor;

/// <summary>Both ports: free, or a FleetBridge's, or a stranger's.</summary>
internal static class PortChecks
{
    /// <summary>Examines them.</summary>
    /// <param name="http">The port of the requests.</param>
    /// <param name="webSocket">The port of the log.</param>
    public static async Task<IReadOnlyList<ReportedCheck>> RunAsync(int http, int webSocket) => await Task.WhenAll(
        RunAsync("request port", http, "--http-port"), RunAsync("log port", webSocket, "--websocket-port")).ConfigureAwait(false);

    private static async Task<ReportedCheck> RunAsync(string name, int port, string option)
    {
        if (port == 0)
        {
            return ReportedCheck.Ok(name, "Any free one will do.");
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
                { Version: { } version } holder when version == ProgramInfo.Version =>
                    ReportedCheck.Ok(name, $"{port} is served by {holder.Description}."),
                { Version: not null } holder => ReportedCheck.Warning(
                    name, $"{port} is served by {holder.Description}, and this is {ProgramInfo.Version}.", "End the other one if it is the older."),
                var stranger => ReportedCheck.Failed(
                    name,
                    stranger is null ? taken.Message : $"{taken.Message} It is {stranger.Description}.",
                    $"End that program, or choose another port with {option}, and the same in the editor."),
            };
        }
    }
}
