using FleetBridge.Cli;
using FleetBridge.Protocol;

namespace FleetBridge.Doctor;

/// <summary>Both ports: free, or a FleetBridge's, or a stranger's.</summary>
internal static class PortChecks
{
    /// <summary>Examines them.</summary>
    /// <param name="http">The port of the requests.</param>
    /// <param name="webSocket">The port of the log.</param>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(int http, int webSocket) => await Task.WhenAll(
        RunAsync("request port", http, "--http-port"), RunAsync("log port", webSocket, "--websocket-port")).ConfigureAwait(false);

    private static async Task<CheckResult> RunAsync(string name, int port, string option)
    {
        if (port == 0)
        {
            return CheckResult.Ok(name, "Any free one will do.");
        }

        try
        {
            using (LoopbackSockets.Bind(port))
            {
                return CheckResult.Ok(name, $"{port} is free.");
            }
        }
        catch (PortTakenException taken)
        {
            return await PortHolder.AskAsync(taken.EndPoint).ConfigureAwait(false) switch
            {
                { } holder when holder.StartsWith($"{ProgramInfo.Name} {ProgramInfo.Version} ", StringComparison.Ordinal) =>
                    CheckResult.Ok(name, $"{port} is served by {holder}."),
                { } holder when holder.StartsWith($"{ProgramInfo.Name} ", StringComparison.Ordinal) => CheckResult.Warning(
                    name, $"{port} is served by {holder}, and this is {ProgramInfo.Version}.", "End the other one if it is the older."),
                var stranger => CheckResult.Failed(
                    name,
                    stranger is null ? taken.Message : $"{taken.Message} It is {stranger}.",
                    $"End that program, or choose another port with {option}, and the same in the editor."),
            };
        }
    }
}
