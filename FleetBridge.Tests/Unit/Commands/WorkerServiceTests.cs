using FleetBridge.Commands;
using FleetBridge.Core.Processes;

namespace FleetBridge.Tests.Unit.Commands;

public sealed class WorkerServiceTests
{
    private static readonly string[] Words = ["worker", "--host", "https://10.0.0.5:9443", "--data", "/srv/fleet bridge"];

    [Theory]
    [InlineData(true, "WantedBy=multi-user.target")]
    [InlineData(false, "WantedBy=default.target")]
    public void Unit_stops_the_worker_alone_and_starts_it_again_after_a_crash(bool isSystem, string wanted)
    {
        var unit = WorkerServiceCommand.SystemdUnit("/opt/fleetbridge", Words, isSystem).Split('\n');
        Assert.Contains("ExecStart=\"/opt/fleetbridge\" \"worker\" \"--host\" \"https://10.0.0.5:9443\" \"--data\" \"/srv/fleet bridge\"", unit);
        Assert.Contains("KillMode=process", unit);
        Assert.Contains("Restart=on-failure", unit);
        Assert.Contains(wanted, unit);
    }

    [Theory]
    [InlineData("100%", "\"100%%\"")]
    [InlineData("$HOME", "\"$$HOME\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData(@"a\b", @"""a\\b""")]
    public void Word_of_the_unit_means_itself(string word, string quoted) =>
        Assert.Contains($"ExecStart=\"/opt/fleetbridge\" {quoted}\n", WorkerServiceCommand.SystemdUnit("/opt/fleetbridge", [word], isSystem: true), StringComparison.Ordinal);

    [Fact]
    public void Word_with_a_line_break_is_refused() =>
        Assert.Throws<UserException>(() => WorkerServiceCommand.SystemdUnit("/opt/fleetbridge", ["a\nUser=root"], isSystem: true));

    [Fact]
    public void Windows_commands_make_a_task_that_starts_with_the_machine_and_has_no_end()
    {
        var lines = WorkerServiceCommand.WindowsCommands(@"C:\Program Files\it's\fleetbridge.exe", ["worker", "--data", "/srv/fleet bridge", "--name", "50% $HOME \"x\\"]).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(
            @"$action = New-ScheduledTaskAction -Execute 'C:\Program Files\it''s\fleetbridge.exe' -Argument "
            + @"'worker --data ""/srv/fleet bridge"" --name ""50% $HOME \""x\\""'",
            lines[0]);
        Assert.Contains(lines, line => line.EndsWith("-AtStartup", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("-ExecutionTimeLimit ([TimeSpan]::Zero)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Register-ScheduledTask -TaskName FleetBridgeWorker ", StringComparison.Ordinal));
        Assert.Equal("Start-ScheduledTask -TaskName FleetBridgeWorker", lines[^1]);
        Assert.All(lines, line => Assert.DoesNotContain("sc.exe", line, StringComparison.Ordinal));
    }
}
