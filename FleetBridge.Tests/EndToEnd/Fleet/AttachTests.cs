using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

[UnsupportedOSPlatform("windows")]
public sealed class AttachTests
{
    [Fact]
    public async Task Console_shows_and_sends_lines_and_is_left_without_an_end_of_the_server()
    {
        Requires.GameServerProgram();
        RealTerminal.Require();
        using var folder = new TemporaryFolder();
        await using var fleet = await ChaosFleet.StartAsync(folder, 1);
        var body = new JsonObject
        {
            ["game_id"] = $"folder:{GameServerProgram.BuildIn(folder["game"])}",
            ["configuration"] = new JsonObject { ["executable"] = "bin/game_server", ["arguments"] = new JsonArray("--ready", "line") },
        };
        var id = await fleet.AddAsync(body);
        await fleet.PostAsync($"server/{id}/command", new JsonObject { ["type"] = "start" }, HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () => (string?)(await fleet.GetAsync($"server/{id}"))?["state"] == "ready", "a server");
        var pid = (int)(await fleet.GetAsync($"server/{id}"))!["pid"]!;

        using var terminal = Process.Start(RealTerminal.Prepare(folder["state"], 100, ["server", "attach", id, "--url", fleet.Url]))!;
        var shown = new StringBuilder();
        var reading = ReadAsync(terminal, shown);
        await ShownAsync(shown, "server is ready");
        await TypeAsync(terminal, "say hellp\u007fo\r");
        await ShownAsync(shown, "\u001b[Khello\r\n");

        // Ctrl-C, the last line again, and Ctrl-P Ctrl-Q
        await TypeAsync(terminal, "\u0003");
        await ShownAsync(shown, "Ctrl-P Ctrl-Q leaves the console. 'fleetbridge server stop'");
        await TypeAsync(terminal, "\u001b[A there\r");
        await ShownAsync(shown, "\u001b[Khello there\r\n");
        await TypeAsync(terminal, "\u0010\u0011");
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit, TimeProvider.System);
        await reading;

        Assert.Equal(0, terminal.ExitCode);
        var found = (await fleet.GetAsync($"server/{id}"))!;
        Assert.Equal(("ready", pid), ((string)found["state"]!, (int)found["pid"]!));
    }

    private static async Task ReadAsync(Process terminal, StringBuilder shown)
    {
        var part = new char[1024];
        for (int read; (read = await terminal.StandardOutput.ReadAsync(part)) > 0;)
        {
            lock (shown)
            {
                shown.Append(part, 0, read);
            }
        }
    }

    private static Task ShownAsync(StringBuilder shown, string text) => Eventually.TrueAsync(
        () =>
        {
            lock (shown)
            {
                return shown.ToString().Contains(text, StringComparison.Ordinal);
            }
        },
        $"'{text}' is shown");

    private static async Task TypeAsync(Process terminal, string keys)
    {
        await terminal.StandardInput.WriteAsync(keys);
        await terminal.StandardInput.FlushAsync();
    }
}
