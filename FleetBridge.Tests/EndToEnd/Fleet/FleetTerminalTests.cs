using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>What a terminal helps with: ids by the Tab key, and lists that stay up to date while a host comes and goes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FleetTerminalTests : IAsyncDisposable
{
    private const int Pause = 19;
    private const int Continue = 18;

    private readonly FleetProcesses _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Ids_of_servers_and_workers_are_completed_by_the_host_of_the_line()
    {
        Requires.Linux();
        var (server, worker) = await AddAsync();
        foreach (var command in new[] { "start", "stop", "restart", "kill", "update", "delete", "logs", "send", "attach", "show" })
        {
            await CompletesAsync($"fleetbridge server {command} --url {_fleet.Url} ", server);
        }

        foreach (var words in new[] { "worker freeze --url {0} ", "worker thaw --url {0} ", "worker shutdown --url {0} ", "servers --url {0} --worker " })
        {
            await CompletesAsync($"fleetbridge {words.Replace("{0}", _fleet.Url, StringComparison.Ordinal)}", worker);
        }

        await CompletesAsync($"fleetbridge server start --url {_fleet.Url} {server[..4]}", server);
        Assert.DoesNotContain(server, await CompleteAsync($"fleetbridge server start --url {_fleet.Url} s--"));
    }

    [Fact]
    public async Task No_id_and_no_word_is_completed_where_no_host_responds()
    {
        Requires.Linux();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        foreach (var port in new[] { FreePorts.Take(), ((IPEndPoint)silent.LocalEndpoint).Port })
        {
            Assert.DoesNotContain(
                await CompleteAsync($"fleetbridge server start --url http://127.0.0.1:{port} s"), word => word.StartsWith('s') || word.Contains(' '));
        }
    }

    [Fact]
    public async Task Watched_list_says_that_its_host_is_away_and_goes_on_with_the_next_one()
    {
        Requires.Linux();
        var (server, _) = await AddAsync();
        await using var terminal = TerminalRun.Start(_fleet.State, 160, ["servers", "--watch", "--url", _fleet.Url]);
        await terminal.SeeLineAsync(server, "failed");

        await _fleet.KillHostAsync();
        await terminal.SeeLineAsync("There is no host at");
        await terminal.SeeLineAsync(server, "failed");
        await _fleet.StartHostAsync();
        await terminal.SeeAsync(lines => !lines.Any(line => line.Contains("There is no host", StringComparison.Ordinal)), "the host is back");
        await terminal.SeeLineAsync(server, "failed");

        _fleet.Host.Signal(Pause);
        await terminal.SeeLineAsync("The host does not respond within 3 seconds.");
        _fleet.Host.Signal(Continue);
        await terminal.SeeAsync(lines => !lines.Any(line => line.Contains("does not respond", StringComparison.Ordinal)), "the host responds again");
        terminal.Press('\u0003');
        await terminal.WaitAsync();
    }

    /// <summary>A server that cannot be installed is a server.</summary>
    private async Task<(string Server, string Worker)> AddAsync()
    {
        await _fleet.StartAsync();
        var server = (string)(await _fleet.JsonAsync("server", "add", "--game", $"folder:{_fleet["missing"]}", "--executable", "server"))["id"]!;
        await _fleet.StateAsync(server, "failed");
        return (server, (string)_fleet.Announced["worker_id"]!);
    }

    /// <summary>A machine that is busy may need more than the time that the shell's user waits.</summary>
    private Task CompletesAsync(string line, string id) =>
        Eventually.TrueAsync(async () => (await CompleteAsync(line)).Contains(id), $"'{line}' completes {id}");

    private async Task<IReadOnlyList<string>> CompleteAsync(string line)
    {
        var result = await FleetBridgeProcess.RunAsync(_fleet.State, [$"[suggest:{line.Length}]", line]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Lines;
    }
}
