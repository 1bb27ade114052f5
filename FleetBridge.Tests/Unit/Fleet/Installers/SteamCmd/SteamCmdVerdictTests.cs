using FleetBridge.Fleet.Installers.SteamCmd;

namespace FleetBridge.Tests.Unit.Fleet.Installers.SteamCmd;

public sealed class SteamCmdVerdictTests
{
    private const string Installed = "Success! App '740' fully installed.";

    [Theory]
    // all three say so
    [InlineData(0, Installed, 1, 4u, "Done")]
    // one of the three does not
    [InlineData(0, Installed, 1, 0x402u, "Retry validate")]
    [InlineData(0, Installed, 1, 0x6u, "Retry validate")]
    [InlineData(0, Installed, 1, 0x202u, "Stop disk_full")]
    [InlineData(0, Installed, 0, null, "Retry validate drop")]
    [InlineData(0, Installed, 2, null, "Retry validate drop")]
    [InlineData(8, Installed, 1, 4u, "Retry")]
    [InlineData(0, "", 1, 4u, "Retry")]
    // states
    [InlineData(8, "Error! App '740' state is 0x202 after update job.", 1, 0x202u, "Stop disk_full")]
    [InlineData(8, "Error! App '740' state is 0x212 after update job.", 1, 0x212u, "Stop disk_full")]
    [InlineData(8, "Error! App '740' state is 0x402 after update job.", 1, 0x402u, "Retry")]
    [InlineData(8, "Error! App '740' state is 0x602 after update job.", 1, 0x602u, "Retry")]
    [InlineData(8, "Error! App '740' state is 0x606 after update job.", 1, 0x606u, "Retry; repeated: Stop write_failed")]
    [InlineData(8, "Error! App '740' state is 0x6 after update job.", 1, 0x6u, "Retry; repeated: Retry validate drop")]
    [InlineData(8, "Error! App '740' state is 0xE after update job.", 1, 0xEu, "Retry; repeated: Retry validate drop")]
    [InlineData(8, "Error! App '740' state is 0x206 after update job.", 1, 0x206u, "Retry; repeated: Retry validate drop")]
    [InlineData(8, "Error! App '740' state is 0x406 after update job.", 1, 0x406u, "Retry; repeated: Retry validate drop")]
    [InlineData(8, "Error! App '740' state is 0x626 after update job.", 1, 0x626u, "Retry validate")]
    [InlineData(8, "Error! App '740' state is 0x6A6 after update job.", 1, 0x6A6u, "Retry validate")]
    [InlineData(8, "Error! App '740' state is 0x10E after update job.", 1, 0x10Eu, "Retry")]
    // reasons
    [InlineData(8, "ERROR! Failed to install app '740' (No subscription)", 0, null, "Stop no_subscription")]
    [InlineData(8, "ERROR! Failed to install app '740' (Invalid platform)", 0, null, "Stop wrong_platform")]
    [InlineData(8, "ERROR! Failed to install app '740' (Missing configuration)", 0, null, "Retry")]
    [InlineData(8, "ERROR! Failed to install app '740' (No connection)", 0, null, "Retry")]
    [InlineData(5, "FAILED login with result code Invalid Password", 0, null, "Stop login_failed")]
    [InlineData(5, "FAILED login with result code Two-factor code mismatch", 0, null, "Stop login_failed")]
    [InlineData(5, "FAILED login with result code Rate Limit Exceeded", 0, null, "Retry")]
    [InlineData(5, "FAILED login with result code No Connection", 0, null, "Retry")]
    [InlineData(84, "", 0, null, "Retry")]
    [InlineData(88, "", 0, null, "Stop login_failed")]
    [InlineData(1, "", 0, null, "Retry")]
    [InlineData(5, "", 0, null, "Retry")]
    // other ends
    [InlineData(42, "", 0, null, "Restart")]
    [InlineData(127, "", 0, null, "Stop missing_library")]
    [InlineData(137, "", 0, null, "Retry")]
    public void Run_is_judged_by_exit_code_last_line_and_manifest(int code, string line, int manifests, uint? state, string expected)
    {
        var run = new SteamCmdRun { ExitCode = code, Outcome = SteamCmdLine.Parse(line), Manifest = new SteamManifest(manifests, state) };

        var (first, repeated) = (Word(SteamCmdVerdict.Of(run, isRepeated: false)), Word(SteamCmdVerdict.Of(run, isRepeated: true)));

        Assert.Equal(expected, first == repeated ? first : $"{first}; repeated: {repeated}");
    }

    [Fact]
    public void Run_that_was_silent_for_long_is_repeated() =>
        Assert.Equal("Retry", Word(SteamCmdVerdict.Of(new SteamCmdRun { ExitCode = -1, IsHung = true }, isRepeated: false)));

    private static string Word(SteamCmdVerdict verdict) => verdict switch
    {
        SteamCmdVerdict.Retry retry => $"Retry{(retry.Validate ? " validate" : "")}{(retry.DropManifest ? " drop" : "")}",
        SteamCmdVerdict.Stop stop => $"Stop {stop.Code}",
        _ => verdict.GetType().Name,
    };
}
