using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Installers.SteamCmd;

namespace FleetBridge.Tests.Unit.Fleet.Installers.SteamCmd;

public sealed class SteamCmdLineTests
{
    [Theory]
    [InlineData(" Update state (0x61) downloading, progress: 30.72 (26785670 / 87188267)", 30.72, 26785670L, 87188267L, "downloading")]
    [InlineData(" Update state (0x61) downloading, progress: 0,00 (0 / 87188267)", 0.0, 0L, 87188267L, "downloading")]
    [InlineData(" Update state (0x3) reconfiguring, progress: 0.00 (0 / 0)", 0.0, null, null, "reconfiguring")]
    [InlineData("Update state (0x5) verifying install, progress: 9.29 (8098821 / 87188267)", 9.29, 8098821L, 87188267L, "verifying install")]
    [InlineData(" Update state (0x101) committing, progress: 103.43 (3 / 2)", 100.0, 3L, 2L, "committing")]
    [InlineData(" Update state (0x61) downloading, progress: 1.00 (99999999999999999999 / 99999999999999999999)", 1.0, null, null, "downloading")]
    [InlineData("[ 71%] Downloading update (44,113 of 59,605 KB)...", 71.0, null, null, "updating SteamCMD")]
    public void Progress_is_read(string line, double percent, long? bytes, long? total, string phase) =>
        Assert.Equal(new SteamCmdLine.Progress(new InstallProgress(percent, bytes, total, phase)), SteamCmdLine.Parse(line));

    [Theory]
    [InlineData("Success! App '740' fully installed.", "Success { }")]
    [InlineData("Success! App '740' already up to date.", "Success { }")]
    [InlineData("Error! App '740' state is 0x202 after update job.", "BadState { State = 514 }")]
    [InlineData("Error! App '740' state is 0xE after update job.", "BadState { State = 14 }")]
    [InlineData("ERROR! Failed to install app '740' (No subscription)", "Failure { Reason = No subscription }")]
    [InlineData("ERROR! Timed out waiting for AppInfo update.", "Failure { Reason = Timed out waiting for AppInfo update }")]
    [InlineData("Waiting for user info...FAILED login with result code Rate Limit Exceeded", "Failure { Reason = Rate Limit Exceeded }")]
    [InlineData("Connecting anonymously to Steam Public...FAILED (No Connection)", "Failure { Reason = No Connection }")]
    [InlineData("steamcmd.sh: line 39: /s/linux32/steamcmd: No such file or directory", "MissingLibrary { Name = the loader of 32-bit programs (ld-linux.so.2) }")]
    [InlineData("steamcmd: error while loading shared libraries: libstdc++.so.6: cannot open", "MissingLibrary { Name = libstdc++.so.6 }")]
    [InlineData("Error: Steam needs 250MB of free disk space to update.", "NoRoom { }")]
    [InlineData("Please use force_install_dir before logon!", "")]
    [InlineData("Loading Steam API...OK", "")]
    [InlineData("[----] Verifying installation...", "")]
    [InlineData("Update state (0x61) downloading, progress: x (1 / 2)", "")]
    [InlineData("Update state (0x61) downloading, progress: 1..2 (1 / 2)", "")]
    public void Outcome_is_read(string line, string outcome) => Assert.Equal(outcome, $"{SteamCmdLine.Parse(line)}");

    [Theory]
    [InlineData("\"AppState\"\n{\n\t\"appid\"\t\t\"740\"\n\t\"name\"\t\t\"a \\\"b\\\" {\"\n\t\"StateFlags\"\t\t\"4\"\n\t\"buildid\"\t\t\"7\"\n\t\"SizeOnDisk\"\t\t\"9\"\n"
        + "\t\"Depots\"\n\t{\n\t\t\"buildid\"\t\t\"8\"\n\t}\n}\n", 4u, "7", 9L)]
    [InlineData("\"AppState\" { }", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData("\"StateFlags\" \"-4\"\r\n\"SizeOnDisk\" \"99999999999999999999\"", null, null, null)]
    public void Manifest_is_read(string text, uint? state, string? build, long? bytes) =>
        Assert.Equal(new SteamManifest(1, state, build, bytes), SteamManifest.Parse(text));
}
